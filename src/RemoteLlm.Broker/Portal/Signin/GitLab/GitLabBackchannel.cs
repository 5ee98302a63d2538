using System.Net;

namespace RemoteLlm.Broker.Portal.Signin.GitLab;

/// <summary>Our own requests to GitLab: one that gets no answer, or the answer of a server in trouble, ends as a <see cref="GitLabException"/> whichever it was.</summary>
internal sealed class GitLabBackchannel() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = s_connect })
{
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new GitLabException($"{request.RequestUri?.AbsolutePath} got no answer", exception);
        }

        if (answer.StatusCode is < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests)
            return answer;
        answer.Dispose();
        throw new GitLabException($"{request.RequestUri?.AbsolutePath} was answered with {(int)answer.StatusCode}");
    }
}
