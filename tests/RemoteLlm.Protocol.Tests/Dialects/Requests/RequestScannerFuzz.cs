using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Testing;

namespace RemoteLlm.Protocol.Tests.Dialects.Requests;

/// <summary>No body is accepted that System.Text.Json refuses, or of which it would take another model.</summary>
public sealed class RequestScannerFuzz
{
    private const int Bodies = 100_000;

    [Fact]
    public void The_framework_accepts_what_the_scanner_accepts_and_finds_the_same_model()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Draws.Seed}");
        var (accepted, named, refused) = (0, 0, 0);
        for (var seed = Draws.Seed; seed < Draws.Seed + Bodies; seed++)
        {
            var random = new Random(seed);
            var body = MutatedJson.Draw(random);
            var scanner = new RequestScanner();
            foreach (var piece in MutatedMultipart.Split(random, body))
                scanner.Scan(piece);
            Assert.Equal(scanner.Finish() == RequestScanState.Malformed, scanner.Fault is not null);

            var (valid, model) = Framework(body);
            if (scanner.State == RequestScanState.Complete)
            {
                Assert.True(valid, $"seed {seed}: accepted {Encoding.Latin1.GetString(body)}");
                Assert.True(model == scanner.Model, $"seed {seed}: {scanner.Model} but the framework has {model} in {Encoding.Latin1.GetString(body)}");
                accepted++;
                named += model is null ? 0 : 1;
            }
            else if (!valid)
            {
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted} accepted, {named} with a model, {refused} refused by both");
        Assert.InRange(accepted, Bodies / 5, Bodies * 4 / 5);
        Assert.InRange(named, Bodies / 10, accepted);
        Assert.InRange(refused, Bodies / 10, Bodies * 4 / 5);
    }

    /// <summary>Whether System.Text.Json takes the body for an object, and the last <c>model</c> in it; null when that is empty or there is none.</summary>
    private static (bool Valid, string? Model) Framework(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);

            // The framework looks at the encoding only of the text that is asked for.
            if (document.RootElement.ValueKind != JsonValueKind.Object || !Utf8.IsValid(body))
                return (false, null);
            JsonElement? model = null;
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (IsModel(member))
                    model = member.Value;
            }

            // Any other kind is an exception here: the scanner must have refused it.
            return (true, model is not { } last ? null : last.ValueKind == JsonValueKind.String ? TextOf(last) : $"not text but {last.ValueKind}");
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }

    private static bool IsModel(JsonProperty member)
    {
        try
        {
            return member.Name == "model";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no name that anything has.
            return false;
        }
    }

    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            return "half of a surrogate pair";
        }
    }
}
