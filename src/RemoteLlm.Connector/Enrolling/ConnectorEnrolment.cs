using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RemoteLlm.Connector.Link;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Connector.Enrolling;

/// <summary>
/// How a connector gets its token without anybody copying it: it asks the broker for a code, an operator approves that, and the token comes over the same way (RFC 8628). By the proxy and the
/// certificate authority by which the connector will dial later.
/// </summary>
public sealed class ConnectorEnrolment : IDisposable
{
    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    // The longest wait between two questions that got no answer: a broker keeps a token that was fetched for some minutes only.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    // An answer that is lost in the last moment of a code's life may have had the token.
    private static readonly TimeSpan s_afterwards = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;
    private readonly EnrolmentTerms _terms;
    private readonly TimeProvider _time;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="terms">With whom, and as what.</param>
    /// <param name="time">The clock of the waits.</param>
    public ConnectorEnrolment(EnrolmentTerms terms, TimeProvider time)
    {
        (_terms, _time) = (terms, time);
        // No token yet: the line asks for none.
        var options = new LinkOptions { Broker = terms.Broker, Token = TokenSource.Fixed(""), CaFile = terms.CaFile };
        var handler = new DialLine(options, terms.Broker.Base).CreateHandler(terms.CaFile is { } file ? BrokerDialer.TrustAlso(file) : null);
        _http = new HttpClient(handler) { BaseAddress = terms.Broker.Base, Timeout = s_patience, MaxResponseContentBufferSize = MaxAnswer };
    }

    /// <summary>Asks for a code.</summary>
    public async Task<EnrolmentResult<DeviceAuthorization>> BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await PostAsync(DeviceFlow.AuthorizationPath, [("client_id", DeviceFlow.ClientId), ("name", _terms.Name), ("machine", _terms.Machine), ("software", SoftwareVersion.Text)], cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return new(null, await DescribeAsync(answer, cancellationToken));
            return await answer.Content.ReadFromJsonAsync<DeviceAuthorization>(cancellationToken) is { DeviceCode.Length: > 0, ExpiresIn: > 0, Interval: > 0 } given && IsShown(given)
                ? new(given, null)
                : new(null, "the broker gave no answer that makes sense: update the older of the two");
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            return new(null, $"the broker at {_terms.Broker} cannot be reached: {Words(exception)}");
        }
    }

    /// <summary>
    /// Waits for the operator's word. A line that is away for a while is no reason to give up, and neither is an answer that was lost and may have had the token: the broker gives the same one again.
    /// It is asked less often meanwhile (RFC 8628, section 3.5).
    /// </summary>
    public async Task<EnrolmentResult<DeviceToken>> WaitAsync(DeviceAuthorization given, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        var (interval, lifetime) = (TimeSpan.FromSeconds(given.Interval), TimeSpan.FromSeconds(given.ExpiresIn));
        var lost = 0;
        while (_time.GetElapsedTime(began) < (lost > 0 ? lifetime + s_afterwards : lifetime))
        {
            await Task.Delay(lost > 0 ? Backed(interval, lost) : interval, _time, cancellationToken);
            var answer = await AskAsync(given.DeviceCode, cancellationToken);
            if (answer.Token is { } token)
                return new(token, null);
            lost = answer.Error is null ? lost + 1 : 0;
            switch (answer.Error)
            {
                case DeviceFlow.SlowDown:
                    interval += DeviceFlow.SlowDownBy;
                    break;
                case DeviceFlow.AccessDenied:
                    return new(null, "an operator of the broker denied it");
                case DeviceFlow.ExpiredToken:
                    return new(null, "the code is not good any more (it has expired, or was used from elsewhere): run the command again, and have an operator approve it within ten minutes");
                case null or DeviceFlow.AuthorizationPending:
                    break;
                default:
                    return new(null, "the broker does not understand this connector: update the older of the two");
            }
        }

        return new(null, lost > 0
            ? $"the broker at {_terms.Broker} does not answer any more: run the command again; an operator who has approved this one revokes it first"
            : "nobody approved it in time: run the command again, and have an operator open the address while it waits");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<TokenAnswer> AskAsync(string deviceCode, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await PostAsync(DeviceFlow.TokenPath, [("grant_type", DeviceFlow.GrantType), ("device_code", deviceCode), ("client_id", DeviceFlow.ClientId)], cancellationToken);
            if (answer.IsSuccessStatusCode)
                return await answer.Content.ReadFromJsonAsync<DeviceToken>(cancellationToken) is { AccessToken: { } token, Name: not null } given && ConnectorToken.IsWellFormed(token) ? new TokenAnswer(given, null) : new TokenAnswer(null, "nonsense");
            // What stands before a broker that restarts answers in words of its own.
            return answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests ? new TokenAnswer(null, (await answer.Content.ReadFromJsonAsync<DeviceRefusal>(cancellationToken))?.Error) : default;
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            return default;
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, IEnumerable<(string Name, string Value)> fields, CancellationToken cancellationToken) =>
        _http.PostAsync(new Uri(path.TrimStart('/'), UriKind.Relative), new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))), cancellationToken);

    private async Task<string> DescribeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            return $"the broker at {_terms.Broker} takes no enrolments: it is none of RemoteLlm, or its portal is off. Its operator can run `remotellm connectors add {_terms.Name}` there and give you the token";
        if (answer.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
            return $"this address leads elsewhere ({(int)answer.StatusCode}): give the address that it leads to";
        var refusal = await answer.Content.ReadFromJsonAsync<DeviceRefusal>(cancellationToken);
        return refusal?.Description is { } description && !description.Any(char.IsControl) ? $"the broker refuses: {description}" : $"the broker answered {(int)answer.StatusCode}";
    }

    // Twice the wait with each answer that is lost.
    private static TimeSpan Backed(TimeSpan interval, int lost) => TimeSpan.FromSeconds(Math.Min(interval.TotalSeconds * (1 << Math.Min(lost, 10)), Math.Max(interval.TotalSeconds, s_longestWait.TotalSeconds)));

    // It goes to a terminal, where control characters are commands.
    private static bool IsShown(DeviceAuthorization given) =>
        new[] { given.UserCode, given.VerificationUri, given.VerificationUriComplete }.All(static text => text is { Length: > 0 and < 1000 } && !text.Any(char.IsControl));

    private static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or JsonException or NotSupportedException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Words(Exception exception)
    {
        if (exception is OperationCanceledException)
            return "it did not answer in time";
        if (exception is JsonException or NotSupportedException)
            return "its answer cannot be read";
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}
