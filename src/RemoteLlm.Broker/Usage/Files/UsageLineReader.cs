using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace RemoteLlm.Broker.Usage.Files;

/// <summary>Reads lines of the ledger. Members that it does not know are passed over: a later version may have written them.</summary>
internal static class UsageLineReader
{
    /// <summary>Reads one line, without its line feed.</summary>
    /// <param name="text">The taken.</param>
    /// <param name="line">What it says.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out UsageLine line, [NotNullWhen(false)] out string? fault)
    {
        line = default;
        // The JSON reader looks at texts only where they are taken out as strings.
        if (!Utf8.IsValid(text))
        {
            fault = "it is not UTF-8";
            return false;
        }

        try
        {
            var taken = default(UsageLine);
            var json = new Utf8JsonReader(text);
            var (hasId, hasTokens) = (false, 0);
            fault = "it is not a JSON object";
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return false;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                fault = Take(ref json, ref taken, ref hasId, ref hasTokens);
                if (fault is not null)
                    return false;
            }

            // Nothing may follow; the reader complains where something does.
            json.Read();
            fault = !hasId ? "it has no id"
                : taken.User.IsEmpty ? "it names no user"
                : hasTokens != 2 ? "it has no tokens"
                : !UsageLimits.AreTokens(taken.PromptTokens, taken.CachedTokens, taken.CompletionTokens) || !UsageLimits.IsCost(taken.Cost) ? "its figures cannot be"
                : null;
            line = taken;
            return fault is null;
        }
        catch (JsonException exception)
        {
            fault = $"it is not valid JSON at byte {exception.BytePositionInLine}";
            return false;
        }
        // What the reader says of an escape that is half of a surrogate pair.
        catch (InvalidOperationException)
        {
            fault = "it has half of a surrogate pair";
            return false;
        }
    }

    private static string? Take(scoped ref Utf8JsonReader json, ref UsageLine line, scoped ref bool hasId, scoped ref int hasTokens)
    {
        var name = json.ValueSpan;
        json.Read();
        var good = true;
        // By length first: a line has twenty members, of which twelve are wanted.
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8):
                good = UsageId.TryParse(json.TokenType == JsonTokenType.String ? json.ValueSpan : default, out var id);
                (line.Id, hasId) = (id, true);
                break;
            case 3 when name.SequenceEqual("key"u8):
                line.Key = Text(ref json);
                break;
            case 4 when name.SequenceEqual("user"u8):
                line.User = Text(ref json);
                break;
            case 4 when name.SequenceEqual("cost"u8):
                good = TryDecimal(ref json, out var cost);
                line.Cost = cost;
                break;
            case 5 when name.SequenceEqual("model"u8):
                line.Model = Text(ref json);
                break;
            case 5 when name.SequenceEqual("error"u8):
                line.Outcome = json.TokenType == JsonTokenType.String ? UsageOutcomes.OfError(json.ValueSpan) : UsageOutcome.Answered;
                break;
            case 6 when name.SequenceEqual("key_id"u8):
                line.KeyId = Text(ref json);
                break;
            case 9 when name.SequenceEqual("connector"u8):
                line.Connector = Text(ref json);
                break;
            case 13 when name.SequenceEqual("prompt_tokens"u8):
                good = TryLong(ref json, out var prompt);
                (line.PromptTokens, hasTokens) = (prompt, hasTokens + 1);
                break;
            case 13 when name.SequenceEqual("cached_tokens"u8):
                good = TryLong(ref json, out var cached);
                line.CachedTokens = cached;
                break;
            // For the eye only: one that cannot be is none.
            case 14 when name.SequenceEqual("first_token_ms"u8):
                line.FirstTokenMs = TryLong(ref json, out var first) && first is >= 0 and <= UsageLimits.MaxDuration ? first : null;
                json.Skip();
                break;
            case 17 when name.SequenceEqual("completion_tokens"u8):
                good = TryLong(ref json, out var completion);
                (line.CompletionTokens, hasTokens) = (completion, hasTokens + 1);
                break;
            default:
                json.Skip();
                break;
        }

        return good ? null : $"its member {System.Text.Encoding.UTF8.GetString(name)} cannot be read";
    }

    private static bool TryLong(scoped ref Utf8JsonReader json, out long value)
    {
        value = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out value);
    }

    private static bool TryDecimal(scoped ref Utf8JsonReader json, out decimal value)
    {
        value = 0;
        return json.TokenType == JsonTokenType.Null || (json.TokenType == JsonTokenType.Number && json.TryGetDecimal(out value));
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            json.Skip();
            return default;
        }

        if (!json.ValueIsEscaped)
            return json.ValueSpan;
        var text = new byte[json.ValueSpan.Length];
        return text.AsSpan(0, json.CopyString(text));
    }
}
