using System.Buffers;
using System.Text;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>
/// Reads what routing must know out of a request body while its bytes arrive, and checks that the body is JSON, since real servers
/// answer malformed JSON with a 500. Only the top level counts, and of duplicate members the last one, as most servers have it.
/// Memory is constant: a string of 40 MB passes without being held. Not thread-safe.
/// </summary>
/// <param name="seekFirstMessage">Whether <see cref="FirstMessage"/> is wanted.</param>
/// <param name="seekBillingBlock">Whether <see cref="BillingBlock"/> is wanted.</param>
/// <param name="modelAlias">Another member that names the model where there is no <c>model</c>; null for none.</param>
/// <param name="watched">The members that <see cref="RequestMembers.Edits"/> will be asked to put in; null for none.</param>
public sealed class RequestScanner(bool seekFirstMessage = false, bool seekBillingBlock = false, string? modelAlias = null, WatchedMembers? watched = null) : IRequestScanner
{
    /// <summary>The longest model id, in bytes of JSON text.</summary>
    public const int MaxModelBytes = 512;

    private const string Checked = "\"model\", \"stream\" or \"stream_options\"";

    private readonly JsonScanner _json = new(MaxModelBytes) { ReportDepth = 1 };
    private readonly StreamOptionsScan _streamOptions = new();
    private readonly FirstMessageScan? _firstMessage = seekFirstMessage ? new() : null;
    private readonly BillingBlockScan? _billingBlock = seekBillingBlock ? new() : null;
    private readonly AnswerLimits _limits = new();
    private AnswerLimits.Limit _limit;
    private MemberScan? _section;
    private bool _opened;
    private Member _member;
    private readonly byte[]? _aliasName = modelAlias is null ? null : Encoding.UTF8.GetBytes(modelAlias);
    private string? _model;
    private string? _alias;
    private string? _modelFault;
    private long _modelPosition;
    private int _modelLine;

    private enum Member
    {
        Other,
        Model,
        Stream,
        CacheKey,
        Alias,
        AnswerLimit,
    }

    /// <summary>The top-level <c>model</c>; null as long as none was seen, and when it is empty.</summary>
    public string? Model => _model ?? _alias;

    /// <summary>The top-level <c>stream</c>; null when it is absent or neither true nor false.</summary>
    public bool? Stream { get; private set; }

    /// <summary><c>stream_options.include_usage</c>; null when the client said nothing about it.</summary>
    public bool? IncludeUsage => _streamOptions.IncludeUsage;

    /// <summary>OpenAI's <c>prompt_cache_key</c>: requests that share it share a beginning. Null when it is absent, or longer than a model id may be.</summary>
    public string? PromptCacheKey { get; private set; }

    /// <summary>
    /// Where the first message stands that is no instruction, or the text that is the whole prompt: offset of its first byte, and of the byte behind its last, null while it
    /// has not ended. Null when none was seen, or none was wanted.
    /// </summary>
    public (long Start, long? End)? FirstMessage => _firstMessage?.Start is { } start ? (start, _firstMessage.End) : null;

    /// <summary>What takes Claude Code's billing block out of the system prompt; null when there is none, or none was wanted. Final when the body is.</summary>
    public RequestEdit? BillingBlock => _billingBlock?.Removal;

    /// <summary>What makes the server report its usage; null where the client said whether it wants it. Final when the body is.</summary>
    public RequestEdit? UsageRequest => _streamOptions.Ask(ObjectStart);

    /// <summary>
    /// How long the client lets the answers get together, in tokens: the largest of <c>max_tokens</c>, <c>max_completion_tokens</c>, <c>max_output_tokens</c> and Ollama's
    /// <c>options.num_predict</c>, times <see cref="Choices"/>; null when it says nothing, or nothing above 0.
    /// </summary>
    public long? MaxAnswerTokens => _limits.Answer is { } limit ? Math.Min(limit, long.MaxValue / 128) * _limits.Choices : null;

    /// <summary>How many answers are asked for, 1 to 128.</summary>
    public long Choices => _limits.Choices;

    /// <summary>The context that the client wants, in tokens: Ollama's <c>options.num_ctx</c>. Null when it says nothing.</summary>
    public long? ContextTokens => _limits.Context;

    /// <summary>Where the values of the model and of the watched members stand.</summary>
    internal MemberSpans Spans { get; } = new();

    /// <summary>The members that were watched for.</summary>
    internal WatchedMembers Watched { get; } = watched ?? WatchedMembers.None;

    /// <summary>Whether the client says by some member of the top level how long the answer may get.</summary>
    internal bool LimitsAnswer => _limits.IsSaid;

    /// <summary>Offset behind the brace that opens the object.</summary>
    internal long ObjectStart { get; private set; }

    /// <summary>Whether the object has a member.</summary>
    internal bool HasMembers { get; private set; }

    /// <summary>Why the body cannot be accepted; null unless <see cref="State"/> is <see cref="RequestScanState.Malformed"/>.</summary>
    public RequestFault? Fault { get; private set; }

    /// <summary>How far the scan is.</summary>
    public RequestScanState State { get; private set; }

    /// <summary>Takes the next bytes of the body, wherever it was split.</summary>
    public RequestScanState Scan(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
            Scan(segment.Span);
        return State;
    }

    /// <summary>Takes the next bytes of the body, wherever it was split.</summary>
    public RequestScanState Scan(ReadOnlySpan<byte> bytes)
    {
        while (State != RequestScanState.Malformed)
        {
            var token = _json.Read(ref bytes);
            if (token == JsonToken.None)
                break;
            if (token == JsonToken.Malformed)
                Fail(RequestFaultKind.InvalidJson, _json.Position, _json.Line, _json.Fault!);
            else
                Take(token);
        }

        return State;
    }

    /// <summary>Says that the body is at its end: what is still open now will never be closed.</summary>
    public RequestScanState Finish()
    {
        if (State is RequestScanState.NeedMore or RequestScanState.ModelKnown)
        {
            _json.Finish();
            Fail(RequestFaultKind.InvalidJson, _json.Position, _json.Line, _json.Fault!);
        }

        return State;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RequestEdit>? ModelEdits(string model)
    {
        if (State != RequestScanState.Complete)
            throw new InvalidOperationException("The body was not scanned to its end.");
        if (model.Length == 0 || EncodedText.ForJson(model) is not { } value)
            return null;
        var spans = Spans.Of(MemberSpans.Model).ToList();
        if (spans.Count == 0)
            return [new RequestEdit(ObjectStart, 0, (byte[])[.. "\"model\":"u8, .. value, (byte)','])];
        return spans.Count == 1 && Model == model ? [] : [.. spans.Select(span => new RequestEdit(span.Start, span.Length, value))];
    }

    private void Take(JsonToken token)
    {
        if (Spans.IsOpen)
            Spans.Take(token, _json);
        if (!_opened)
            Open(token);
        else if (_json.Depth == 0)
            Close();
        else if (_section is not null)
            TakeOfSection(token);
        else if (token == JsonToken.Name)
            TakeName();
        else
            TakeValue(token);
    }

    private void Open(JsonToken token)
    {
        _opened = true;
        if (token != JsonToken.StartObject)
            Fail(RequestFaultKind.InvalidJson, _json.Position, _json.Line, "the body must be a JSON object");
        ObjectStart = _json.Position;
    }

    private void TakeOfSection(JsonToken token)
    {
        _section!.Take(token, _json);
        var over = _json.Depth == 1;
        _json.ReportDepth = over ? 1 : _section.ReportDepth;
        if (over)
            _section = null;
    }

    private void Close()
    {
        if (_modelFault is not null)
            Fail(RequestFaultKind.InvalidModel, _modelPosition, _modelLine, _modelFault);
        else
            State = RequestScanState.Complete;
    }

    private void TakeName()
    {
        HasMembers = true;
        _member = Recognise();
        Watch();
        // Servers in Go match names without regard to case, and the last one wins: "Model" behind "model" would run what nobody checked.
        if (_member == Member.Other && _section != _streamOptions && IsMiswritten(_json.Text))
            Fail(RequestFaultKind.InvalidJson, _json.Position, _json.Line, $"a member of the top level is named like {Checked}{(modelAlias is null ? "" : $" or \"{modelAlias}\"")} but in another case; write it in lower case");
    }

    private bool IsMiswritten(JsonText name) => name.EqualsIgnoringCase("model"u8) || name.EqualsIgnoringCase("stream"u8) || name.EqualsIgnoringCase("stream_options"u8)
        || (_aliasName is not null && name.EqualsIgnoringCase(_aliasName));

    private void Watch()
    {
        var (name, isExact) = (MemberSpans.Model, true);
        if (_member is not (Member.Model or Member.Alias))
            name = Watched.IndexOf(_json.Text, out isExact);
        if (_member is not (Member.Model or Member.Alias) && name < 0)
            return;
        if (Spans.IsFull)
            Fail(RequestFaultKind.InvalidJson, _json.Position, _json.Line, "it has the same members of the top level over and over");
        Spans.Begin(name, isExact);
    }

    private Member Recognise()
    {
        var name = _json.Text;
        if (name.Equals("model"u8))
            return Member.Model;
        if (name.Equals("stream"u8))
            return Member.Stream;
        if (name.Equals("prompt_cache_key"u8))
            return Member.CacheKey;
        if (_aliasName is not null && name.Equals(_aliasName))
            return Member.Alias;
        if (AnswerLimits.Recognise(name) is { } limit)
        {
            _limit = limit;
            return Member.AnswerLimit;
        }

        _section =
            name.Equals("stream_options"u8) ? _streamOptions
            : name.Equals("messages"u8) || name.Equals("input"u8) || name.Equals("prompt"u8) ? _firstMessage
            : name.Equals("system"u8) ? _billingBlock
            : name.Equals("options"u8) ? _limits
            : null;
        return Member.Other;
    }

    private void TakeValue(JsonToken token)
    {
        switch (_member)
        {
            case Member.Model:
                TakeModel(token);
                break;
            case Member.Stream:
                Stream = AsBoolean(token);
                break;
            case Member.CacheKey:
                PromptCacheKey = TextOf(token);
                break;
            case Member.Alias:
                _alias = TextOf(token);
                break;
            case Member.AnswerLimit:
                _limits.Take(_limit, token, _json.Text);
                break;
        }

        _member = Member.Other;
    }

    private string? TextOf(JsonToken token) => token == JsonToken.String && _json.Text.TryDecode(out var text) && text.Length > 0 ? text : null;

    private void TakeModel(JsonToken token)
    {
        _model = null;
        _modelFault = null;
        if (token != JsonToken.String)
            _modelFault = "\"model\" must be a string, one of the ids that GET /v1/models lists.";
        else if (_json.Text.Truncated)
            _modelFault = $"\"model\" is longer than {MaxModelBytes} bytes; GET /v1/models lists the ids.";
        else if (_json.Text.TryDecode(out var model))
            _model = model.Length == 0 ? null : model;
        else
            _modelFault = "\"model\" is not valid Unicode: it has half of a surrogate pair.";

        (_modelPosition, _modelLine) = (_json.Position, _json.Line);
        State = _model is null ? RequestScanState.NeedMore : RequestScanState.ModelKnown;
    }

    private static bool? AsBoolean(JsonToken token) => token switch
    {
        JsonToken.True => true,
        JsonToken.False => false,
        _ => null,
    };

    private void Fail(RequestFaultKind kind, long position, int line, string reason)
    {
        Fault = new RequestFault(kind, position, line, reason);
        State = RequestScanState.Malformed;
    }
}
