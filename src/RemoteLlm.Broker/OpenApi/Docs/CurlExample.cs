using System.Text;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;

namespace RemoteLlm.Broker.OpenApi.Docs;

/// <summary>A line for a shell that asks an endpoint something. The key is in <c>$KEY</c>.</summary>
internal static class CurlExample
{
    public static string Of(Operation operation)
    {
        var line = new StringBuilder("curl ");
        if (operation.Answers is [{ ContentType: "audio/*" }, ..])
            line.Append("-o speech.mp3 ");
        else if (operation.Answers is [{ ContentType: "application/x-ndjson" }, ..] || operation.Request?.Example.Contains("\"stream\":true", StringComparison.Ordinal) == true)
            line.Append("-N ");
        if (operation.Method == "HEAD")
            line.Append("-I ");
        else if (operation.Method is not ("GET" or "POST"))
            line.Append("-X ").Append(operation.Method).Append(' ');
        line.Append(HostedText.Placeholder).Append(operation.Path.Replace("{id}", "llama3.2", StringComparison.Ordinal));
        if (operation.NeedsKey)
            Break(line).Append(operation.Dialect == Dialect.Anthropic ? "-H \"x-api-key: $KEY\" -H \"anthropic-version: 2023-06-01\"" : "-H \"Authorization: Bearer $KEY\"");
        if (operation.Request is not { } request)
            return line.ToString();
        if (operation.Format == RequestFormat.Multipart)
            return Break(line).Append(request.Example).ToString();
        Break(line).Append("-H \"Content-Type: application/json\"");
        return Break(line).Append("-d '").Append(request.Example).Append('\'').ToString();
    }

    private static StringBuilder Break(StringBuilder line) => line.Append(" \\\n  ");
}
