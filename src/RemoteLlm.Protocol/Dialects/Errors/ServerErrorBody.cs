using System.Globalization;
using System.Net;
using System.Text;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Errors;

/// <summary>What an error body says, whatever JSON is around it; only members that carry the server's words are read, never an echo of the request.</summary>
internal sealed class ServerErrorBody
{
    /// <summary>The most sentences, and the most codes, that are kept.</summary>
    public const int MaxSentences = 8;

    // error > metadata > raw, detail[] > msg
    private const int Deepest = 5;

    // Longer strings are echoes or stack traces, and are not read.
    private const int LongestText = 64 * 1024;

    private readonly List<string> _sentences = [];
    private readonly List<string> _codes = [];

    private ServerErrorBody()
    {
    }

    /// <summary>Whether the body is a JSON object or array: the beginning of one suffices when the rest was not kept.</summary>
    public bool IsJson { get; private set; }

    /// <summary>What the server says, outermost first, as it stands; from a page of HTML only its title.</summary>
    public IReadOnlyList<string> Sentences => _sentences;

    /// <summary>The values of <c>code</c>, <c>type</c>, <c>error_type</c> and <c>status</c>, wherever they stand.</summary>
    public IReadOnlyList<string> Codes => _codes;

    /// <summary>The top-level <c>error</c> if it is a string.</summary>
    public string? Error { get; private set; }

    /// <summary>The top-level <c>type</c>.</summary>
    public string? Type { get; private set; }

    /// <summary>The text of <c>error.code</c>.</summary>
    public string? ErrorCode { get; private set; }

    /// <summary>The text of <c>error.type</c>.</summary>
    public string? ErrorType { get; private set; }

    /// <summary>The text of <c>error.message</c>.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>Hugging Face's <c>estimated_time</c> until the model is loaded, 0 to 1 hour.</summary>
    public TimeSpan? EstimatedTime { get; private set; }

    /// <summary>Whether the body has nothing but white space.</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Whether the body is a web page.</summary>
    public bool IsPage { get; private set; }

    /// <summary>The first sentence, fit to be shown; empty when there is none.</summary>
    public string Message => _sentences.Count == 0 ? "" : ServerSentence.Clean(_sentences[0]);

    /// <summary>Reads a body.</summary>
    public static ServerErrorBody Read(string? contentType, ReadOnlySpan<byte> body, bool truncated)
    {
        var answer = new ServerErrorBody();
        if (body.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        body = body.Trim(" \t\r\n"u8);
        if (body is [(byte)'{' or (byte)'[', ..] && answer.ReadJson(body, truncated))
        {
            answer.IsJson = true;
            return answer;
        }

        var text = new ServerErrorBody { IsEmpty = body.IsEmpty };
        text.ReadText(contentType, body);
        return text;
    }

    // Whether it is JSON as far as it goes.
    private bool ReadJson(ReadOnlySpan<byte> body, bool truncated)
    {
        var json = new JsonScanner(Math.Min(body.Length, LongestText)) { ReportDepth = Deepest };
        json.Reset();
        var names = new string?[Deepest + 2];
        while (json.Read(ref body) is var token && token is not (JsonToken.None or JsonToken.Malformed))
        {
            switch (token)
            {
                case JsonToken.Name:
                    names[json.Depth] = json.Text.TryDecode(out var name) ? name : "";
                    break;
                case JsonToken.StartObject or JsonToken.StartArray:
                    // What an array holds goes by the array's name.
                    names[json.Depth] = token == JsonToken.StartArray ? names[json.Depth - 1] : null;
                    break;
                case JsonToken.String when !IsEcho(names.AsSpan(0, json.Depth)) && json.Text.TryDecode(out var text):
                    Take(names, json.Depth, text);
                    break;
                case JsonToken.Number:
                    TakeNumber(names[json.Depth], json.Text.Raw);
                    break;
            }
        }

        return json.Fault is null && (json.IsComplete || truncated);
    }

    // FastAPI returns what it could not validate, and there anything may stand.
    private static bool IsEcho(ReadOnlySpan<string?> path) => path.Contains("input") || path.Contains("body");

    private void Take(ReadOnlySpan<string?> names, int depth, string text)
    {
        var name = names[depth];
        switch (name)
        {
            case "error" or "message" or "detail" or "msg" or "error_description" or "title" or "raw" or "errors" or "error_message":
                AddSentence(text);
                break;
            case "code" or "type" or "error_type" or "status" when _codes.Count < MaxSentences:
                _codes.Add(text);
                break;
        }

        if (depth == 1 && name == "error")
            Error = text;
        else if (depth == 1 && name == "type")
            Type = text;
        else if (depth == 2 && names[1] == "error" && name == "code")
            ErrorCode = text;
        else if (depth == 2 && names[1] == "error" && name == "type")
            ErrorType = text;
        else if (depth == 2 && names[1] == "error" && name == "message")
            ErrorMessage = text;
    }

    private void AddSentence(string text)
    {
        if (_sentences.Count == MaxSentences || string.IsNullOrWhiteSpace(text))
            return;

        // A gateway such as OpenRouter passes its provider's body on as a string.
        if (text[0] == '{')
        {
            var inner = Read(contentType: null, Encoding.UTF8.GetBytes(text), truncated: false);
            if (inner.IsJson)
            {
                _sentences.AddRange(inner._sentences.Take(MaxSentences - _sentences.Count));
                _codes.AddRange(inner._codes.Take(MaxSentences - _codes.Count));
                return;
            }
        }

        _sentences.Add(text);
    }

    private void TakeNumber(string? name, ReadOnlySpan<byte> number)
    {
        if (name == "estimated_time" && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
            EstimatedTime = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600));
    }

    // A bare JSON string is text as well. Many bytes that are not UTF-8 are something compressed.
    private void ReadText(string? contentType, ReadOnlySpan<byte> body)
    {
        IsPage = body is [(byte)'<', ..] || (contentType?.Contains("html", StringComparison.OrdinalIgnoreCase) ?? false);
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, LongestText)]).Trim('"');
        if (IsPage)
            text = TitleOf(text);
        else if (text.AsSpan().Count('\uFFFD') * 8 > text.Length)
            text = "";
        if (!string.IsNullOrWhiteSpace(text))
            _sentences.Add(text);
    }

    private static string TitleOf(string page)
    {
        var start = page.IndexOf("<title", StringComparison.OrdinalIgnoreCase);
        start = start < 0 ? -1 : page.IndexOf('>', start);
        var end = start < 0 ? -1 : page.IndexOf('<', start);
        return end < 0 ? "" : WebUtility.HtmlDecode(page[(start + 1)..end]);
    }
}
