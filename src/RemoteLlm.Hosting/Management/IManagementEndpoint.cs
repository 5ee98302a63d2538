using Microsoft.AspNetCore.Http;

namespace RemoteLlm.Hosting.Management;

/// <summary>One path of the management port.</summary>
internal interface IManagementEndpoint
{
    string Path { get; }

    /// <summary>What it answers to, as in the <c>Allow</c> header; <c>HEAD</c> is GET without its body.</summary>
    string[] Methods { get; }

    Task Answer(HttpContext context);
}
