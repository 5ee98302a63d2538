using System.Globalization;
using System.Text;
using RemoteLlm.Replay.Matching;

namespace RemoteLlm.Replay.Cassettes;

/// <summary>Writes an exchange in the form that <see cref="CassetteReader"/> reads.</summary>
internal static class CassetteWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The YAML of a cassette that answers exactly this request.</summary>
    public static string Write(string source, IncomingRequest request, CassetteResponse response)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var yaml = new YamlText(text);
        yaml.StartMembers();
        yaml.Plain("source");
        yaml.Quoted(source);
        yaml.Plain("request");
        WriteRequest(yaml, request);
        yaml.Plain("response");
        WriteResponse(yaml, response);
        yaml.EndMembers();
        yaml.Finish();
        return text.ToString();
    }

    private static void WriteRequest(YamlText yaml, IncomingRequest request)
    {
        yaml.StartMembers();
        yaml.Plain("method");
        yaml.Plain(request.Method);
        yaml.Plain("path");
        yaml.Quoted(request.Path);
        if (request.Query.Count > 0)
        {
            yaml.Plain("query");
            yaml.StartMembers();
            foreach (var (name, value) in request.Query.DistinctBy(parameter => parameter.Key))
            {
                yaml.Name(name);
                yaml.Quoted(value);
            }

            yaml.EndMembers();
        }

        WriteRequestBody(yaml, request);
        yaml.EndMembers();
    }

    private static void WriteRequestBody(YamlText yaml, IncomingRequest request)
    {
        if (request.Form is { } form)
        {
            yaml.Plain("form");
            FormWriter.Write(yaml, form);
        }
        else if (request.Json is { ValueKind: System.Text.Json.JsonValueKind.Object or System.Text.Json.JsonValueKind.Array } json)
        {
            yaml.Plain("body");
            BodyRuleWriter.Write(yaml, json);
        }
        else if (TryText(request.Body.Span) is { } text)
        {
            yaml.Plain("body");
            yaml.Body(text);
        }
        else
        {
            yaml.Plain("body_sha256");
            yaml.Plain(Digest.Of(request.Body.Span));
        }
    }

    private static void WriteResponse(YamlText yaml, CassetteResponse response)
    {
        yaml.StartMembers();
        yaml.Plain("status");
        Number(yaml, response.Status);
        WriteWait(yaml, response.After);
        WriteHeaders(yaml, response.Headers);
        if (!response.Streamed)
        {
            WriteBytes(yaml, response.Chunks.Count > 0 ? response.Chunks[0].Bytes.Span : [], "body", "body_base64");
        }
        else
        {
            WriteChunks(yaml, response.Chunks);
        }

        if (response.End != ResponseEnd.Complete)
        {
            yaml.Plain("end");
            yaml.Plain(response.End == ResponseEnd.Close ? "close" : "cut");
        }

        yaml.EndMembers();
    }

    private static void WriteHeaders(YamlText yaml, IReadOnlyList<CassetteHeader> headers)
    {
        yaml.Plain("headers");
        yaml.StartMembers();
        foreach (var header in headers)
        {
            yaml.Name(header.Name);
            if (header.Values.Count == 1)
            {
                yaml.Quoted(header.Values[0]);
                continue;
            }

            yaml.StartItems();
            foreach (var value in header.Values)
            {
                yaml.Quoted(value);
            }

            yaml.EndItems();
        }

        yaml.EndMembers();
    }

    private static void WriteChunks(YamlText yaml, IReadOnlyList<CassetteChunk> chunks)
    {
        yaml.Plain("chunks");
        yaml.StartItems(chunks.Count == 0);
        foreach (var chunk in chunks)
        {
            yaml.StartMembers();
            WriteWait(yaml, chunk.After);
            WriteBytes(yaml, chunk.Bytes.Span, "text", "base64");
            yaml.EndMembers();
        }

        yaml.EndItems();
    }

    private static void WriteBytes(YamlText yaml, ReadOnlySpan<byte> bytes, string asText, string asBase64)
    {
        var text = TryText(bytes);
        yaml.Plain(text is null ? asBase64 : asText);
        if (text is null)
        {
            yaml.Plain(Convert.ToBase64String(bytes));
            return;
        }

        yaml.Body(text);
    }

    private static void WriteWait(YamlText yaml, TimeSpan wait)
    {
        var milliseconds = (long)Math.Round(Math.Min(wait.TotalMilliseconds, CassetteReader.LongestWaitMilliseconds));
        if (milliseconds > 0)
        {
            yaml.Plain("after_ms");
            Number(yaml, milliseconds);
        }
    }

    private static void Number(YamlText yaml, long number) => yaml.Plain(number.ToString(CultureInfo.InvariantCulture));

    private static string? TryText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
