using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary>One path of the management port.</summary>
public interface IManagementEndpoint
{
    /// <summary>The path, exactly: <c>/status</c>.</summary>
    string Path { get; }

    /// <summary>What it answers to, as in the <c>Allow</c> header; <c>HEAD</c> is GET without its body.</summary>
    string[] Methods { get; }

    /// <summary>Answers a request with one of <see cref="Methods"/>. What is thrown is logged, and becomes a 500.</summary>
    Task Answer(HttpContext context);
}
