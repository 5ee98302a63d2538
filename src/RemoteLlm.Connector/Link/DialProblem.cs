using System.Globalization;
using System.Net;
using System.Security.Authentication;

namespace RemoteLlm.Connector.Link;

/// <summary>Says in a sentence why a dial failed, and what to do where somebody can do something. No secrets.</summary>
internal static class DialProblem
{
    /// <summary>The sentence for a dial that came to nothing.</summary>
    /// <param name="status">What the broker answered, if it did.</param>
    /// <param name="exception">What the dial ended with.</param>
    /// <param name="line">The way that it took.</param>
    /// <param name="options">The settings of the link.</param>
    /// <param name="timedOut">It took longer than it may.</param>
    public static string Describe(HttpStatusCode? status, Exception exception, DialLine line, LinkOptions options, bool timedOut) =>
        status is { } answer ? OfAnswer(answer, options) : OfLine(exception, line, options, timedOut);

    private static string OfAnswer(HttpStatusCode status, LinkOptions options) => status switch
    {
        HttpStatusCode.Unauthorized => $"the broker does not know this token: {options.Token.Remedy}",
        HttpStatusCode.Forbidden => "the broker refuses this connector: its token is blocked there, or the broker wants https://; ask its operator",
        HttpStatusCode.BadRequest => "the broker does not understand this connector (400): update the older of the two, and see that whatever stands before the broker passes WebSockets",
        HttpStatusCode.NotFound => "there is no RemoteLlm broker at this address (404)",
        HttpStatusCode.TooManyRequests => "the broker takes no more dials from here for now (429)",
        HttpStatusCode.ServiceUnavailable => "the broker is stopping or not ready (503)",
        HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => Number(status, "what stands before the broker does not reach it ({0})"),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Number(status, "this address leads elsewhere ({0}): give the connector the address that it leads to"),
        < HttpStatusCode.MultipleChoices => Number(status, "the answer was {0} and no WebSocket: see that whatever stands before the broker passes them"),
        _ => Number(status, "the broker answered {0}"),
    };

    private static string OfLine(Exception exception, DialLine line, LinkOptions options, bool timedOut)
    {
        var patience = string.Create(CultureInfo.InvariantCulture, $"within {options.DialTimeout.TotalSeconds:0.#} s");
        var inner = Innermost(exception);
        if (line.Proxy is { } proxy)
        {
            if (!line.Reached)
                return $"the proxy {proxy} cannot be reached ({(timedOut ? $"no answer {patience}" : inner.Message)})";
            if (timedOut)
                return $"the broker did not answer {patience}, through the proxy {proxy}";
            // The framework's text has the proxy's address in it, and with it maybe a password.
            if (Tunnel(exception))
                return $"the proxy {proxy} makes no connection to the broker: see that it allows CONNECT to {options.Broker.Base.Host}:{options.Broker.Base.Port}, and give user and password in its address where it wants them";
        }

        if (timedOut)
            return $"the broker did not answer {patience}";
        return inner is AuthenticationException
            ? $"the broker's certificate is not good ({inner.Message}): give --ca-file where it comes from an authority of your own"
            : inner.Message;
    }

    private static bool Tunnel(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError })
                return true;
        }

        return false;
    }

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    private static string Number(HttpStatusCode status, string words) => string.Format(CultureInfo.InvariantCulture, words, (int)status);
}
