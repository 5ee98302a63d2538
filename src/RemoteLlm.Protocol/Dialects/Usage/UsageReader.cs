using System.Buffers.Text;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>
/// Reads the usage out of one JSON document that arrives in pieces: the top-level <c>usage</c>, and llama.cpp's <c>timings</c>, which say how much of the
/// prompt was really processed, and stand in where there is no usage.
/// </summary>
internal sealed class UsageReader
{
    private const int LongestText = 32;

    // choices[] > delta > tool_calls[] > function > arguments
    private const int DeepestContent = 8;

    private readonly JsonScanner _json = new(LongestText);
    private readonly bool _seekContent;
    private Section _section;
    private Member _member;
    private long? _prompt;
    private long? _completion;
    private long? _cached;
    private long? _processed;
    private long? _predicted;

    /// <summary>Ready for the first document.</summary>
    /// <param name="seekContent">Whether <see cref="HasContent"/> is wanted; it costs a little.</param>
    public UsageReader(bool seekContent)
    {
        _seekContent = seekContent;
        Reset();
    }

    private enum Section
    {
        None,
        Usage,
        PromptDetails,
        Timings,
    }

    private enum Member
    {
        Other,
        Content,
        Usage,
        PromptDetails,
        Timings,
        Prompt,
        Completion,
        Cached,
        Processed,
        Predicted,
    }

    /// <summary>Whether a member that carries text of the answer was not empty.</summary>
    public bool HasContent { get; private set; }

    /// <summary>What was found so far; null when nothing was.</summary>
    public TokenUsage? Usage
    {
        get
        {
            if (_prompt is null && _completion is null && _processed is null && _predicted is null)
                return null;

            // llama.cpp counts in timings only what it had to process: the rest of the prompt came from its cache.
            var prompt = _prompt ?? _processed ?? 0;
            var cached = _cached ?? (_processed is { } processed ? prompt - processed : 0);
            return new TokenUsage(prompt, _completion ?? _predicted ?? 0, Math.Clamp(cached, 0, prompt));
        }
    }

    /// <summary>Begins a new document.</summary>
    public void Reset()
    {
        _json.Reset();
        _json.ReportDepth = _seekContent ? DeepestContent : 1;
        (_section, _member, HasContent) = (Section.None, Member.Other, false);
        _prompt = _completion = _cached = _processed = _predicted = null;
    }

    /// <summary>Takes the next bytes. What is not JSON is given up in silence: it is passed on all the same.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (_json.Read(ref bytes) is var token and not (JsonToken.None or JsonToken.Malformed))
        {
            if (token == JsonToken.Name)
            {
                _member = Recognise();
                continue;
            }

            TakeValue(token);
            _member = Member.Other;
        }
    }

    private Member Recognise()
    {
        var name = _json.Text.Raw;
        if (_json.Text.Truncated)
            return Member.Other;
        return (_section, _json.Depth) switch
        {
            (Section.None, 1) when name.SequenceEqual("usage"u8) => Member.Usage,
            (Section.None, 1) when name.SequenceEqual("timings"u8) => Member.Timings,
            (Section.Usage, 2) when name.SequenceEqual("prompt_tokens"u8) => Member.Prompt,
            (Section.Usage, 2) when name.SequenceEqual("completion_tokens"u8) => Member.Completion,
            (Section.Usage, 2) when name.SequenceEqual("prompt_tokens_details"u8) => Member.PromptDetails,
            (Section.PromptDetails, 3) when name.SequenceEqual("cached_tokens"u8) => Member.Cached,
            (Section.Timings, 2) when name.SequenceEqual("prompt_n"u8) => Member.Processed,
            (Section.Timings, 2) when name.SequenceEqual("predicted_n"u8) => Member.Predicted,
            _ when _seekContent && ContentSigns.IsContentName(name) => Member.Content,
            _ => Member.Other,
        };
    }

    private void TakeValue(JsonToken token)
    {
        switch (token)
        {
            case JsonToken.StartObject:
                Enter();
                break;
            case JsonToken.EndObject:
                Leave();
                break;
            case JsonToken.Number:
                TakeNumber();
                break;
            case JsonToken.String:
                HasContent |= _member == Member.Content && !_json.Text.Raw.IsEmpty;
                break;
        }
    }

    private void Enter()
    {
        _section = _member switch
        {
            Member.Usage => Section.Usage,
            Member.Timings => Section.Timings,
            Member.PromptDetails => Section.PromptDetails,
            _ => _section,
        };
        if (_section != Section.None)
            _json.ReportDepth = Math.Max(_json.ReportDepth, 3);
    }

    private void Leave()
    {
        if (_json.Depth == 1)
        {
            _section = Section.None;
            _json.ReportDepth = _seekContent ? DeepestContent : 1;
        }
        else if (_json.Depth == 2 && _section == Section.PromptDetails)
        {
            _section = Section.Usage;
        }
    }

    private void TakeNumber()
    {
        if (_json.Text.Truncated || !Utf8Parser.TryParse(_json.Text.Raw, out long value, out var length) || length != _json.Text.Raw.Length || value < 0)
            return;
        switch (_member)
        {
            case Member.Prompt:
                _prompt = value;
                break;
            case Member.Completion:
                _completion = value;
                break;
            case Member.Cached:
                _cached = value;
                break;
            case Member.Processed:
                _processed = value;
                break;
            case Member.Predicted:
                _predicted = value;
                break;
        }
    }
}
