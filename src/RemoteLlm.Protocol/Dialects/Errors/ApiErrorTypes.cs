namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>The values of <c>error.type</c> in OpenAI's error body.</summary>
public static class ApiErrorTypes
{
    /// <summary>The request itself is wrong; sending it again unchanged cannot help. Also what OpenAI says to an unknown key.</summary>
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>The key is known but may not do this.</summary>
    public const string Permission = "permission_error";

    /// <summary>Too much, too fast; later it works.</summary>
    public const string RateLimit = "rate_limit_error";

    /// <summary>What was granted for a day or a month is spent; waiting a little does not help.</summary>
    public const string InsufficientQuota = "insufficient_quota";

    /// <summary>Our side or the LLM server failed.</summary>
    public const string Server = "server_error";
}
