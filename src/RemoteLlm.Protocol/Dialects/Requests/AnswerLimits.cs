using System.Buffers.Text;
using RemoteLlm.Protocol.Dialects.Json;

namespace RemoteLlm.Protocol.Dialects.Requests;

/// <summary>How long the answer may get, as the client says: OpenAI's and Anthropic's members at the top level, and Ollama's <c>options</c>.</summary>
internal sealed class AnswerLimits : MemberScan
{
    private readonly long?[] _limits = new long?[(int)Limit.BestOf + 1];
    private readonly bool[] _said = new bool[(int)Limit.BestOf + 1];
    private Limit? _option;

    /// <summary>By which member.</summary>
    public enum Limit
    {
        /// <summary><c>max_tokens</c>.</summary>
        Tokens,

        /// <summary><c>max_completion_tokens</c>.</summary>
        CompletionTokens,

        /// <summary><c>max_output_tokens</c>, of the Responses API.</summary>
        OutputTokens,

        /// <summary><c>options.num_predict</c>.</summary>
        Predict,

        /// <summary><c>options.num_ctx</c>.</summary>
        Context,

        /// <summary><c>n</c>: so many answers to one prompt.</summary>
        Choices,

        /// <summary><c>best_of</c>: so many are made, of which <c>n</c> are given.</summary>
        BestOf,
    }

    /// <summary>The largest limit of one answer that is given; null for none.</summary>
    public long? Answer => _limits.AsSpan(0, (int)Limit.Context).ToArray().Max();

    /// <summary>How many answers are to be made, 1 to 128, which is OpenAI's most.</summary>
    public long Choices => Math.Clamp(Math.Max(_limits[(int)Limit.Choices] ?? 1, _limits[(int)Limit.BestOf] ?? 1), 1, 128);

    /// <summary>The context that is asked for; null for none.</summary>
    public long? Context => _limits[(int)Limit.Context];

    /// <summary>Whether a member of the top level says anything about it but null.</summary>
    public bool IsSaid => _said.AsSpan(0, (int)Limit.Predict).Contains(true);

    /// <summary>Which limit a top-level member is; null for none.</summary>
    public static Limit? Recognise(JsonText name)
    {
        // Most names are something else.
        if (!name.Raw.StartsWith("max_"u8))
            return name.Equals("n"u8) ? Limit.Choices : name.Equals("best_of"u8) ? Limit.BestOf : null;
        return name.Equals("max_tokens"u8) ? Limit.Tokens
            : name.Equals("max_completion_tokens"u8) ? Limit.CompletionTokens
            : name.Equals("max_output_tokens"u8) ? Limit.OutputTokens
            : null;
    }

    /// <summary>Takes a limit's value. A later one of the same member replaces it; what is not a number above 0 is no limit.</summary>
    public void Take(Limit limit, JsonToken token, JsonText text)
    {
        _said[(int)limit] = token != JsonToken.Null;
        _limits[(int)limit] = token == JsonToken.Number && !text.Truncated && ValueOf(text.Raw) is > 0 and var value ? value : null;
    }

    /// <inheritdoc/>
    public override void Take(JsonToken token, JsonScanner json)
    {
        if (json.Depth == 1)
        {
            if (ReportDepth == 1)
                Forget();
            ReportDepth = 1;
        }
        else if (json.Depth == 2 && token == JsonToken.StartObject && ReportDepth == 1)
        {
            ReportDepth = 2;
            Forget();
        }
        else if (token == JsonToken.Name)
        {
            _option = json.Text.Equals("num_predict"u8) ? Limit.Predict : json.Text.Equals("num_ctx"u8) ? Limit.Context : null;
        }
        else if (_option is { } option)
        {
            Take(option, token, json.Text);
            _option = null;
        }
    }

    // Of several options the last are in force.
    private void Forget()
    {
        _option = null;
        _limits[(int)Limit.Predict] = _limits[(int)Limit.Context] = null;
    }

    // More than any model answers. What no long holds is as much a limit as this, and servers in Python take it; they take 100.0 for 100, too.
    private const double Most = 1e15;

    private static long? ValueOf(ReadOnlySpan<byte> number)
    {
        if (Utf8Parser.TryParse(number, out long value, out var length) && length == number.Length)
            return value;
        return JsonNumber.ToDouble(number) is >= 1 and < double.PositiveInfinity and var real ? (long)Math.Min(real, Most) : null;
    }
}
