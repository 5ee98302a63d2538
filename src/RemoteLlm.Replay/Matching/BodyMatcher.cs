using System.Text;

namespace RemoteLlm.Replay.Matching;

/// <summary>What a whole request body must be.</summary>
internal abstract record BodyMatcher
{
    /// <summary>How specific it is.</summary>
    public abstract int Weight { get; }

    /// <summary>Adds each difference to <paramref name="found"/>.</summary>
    public abstract void Check(IncomingRequest request, List<Mismatch> found);
}

/// <summary>A JSON body by its members.</summary>
internal sealed record JsonBodyMatcher(BodyRule Rule) : BodyMatcher
{
    /// <inheritdoc/>
    public override int Weight => Rule.Weight;

    /// <inheritdoc/>
    public override void Check(IncomingRequest request, List<Mismatch> found)
    {
        if (request.Json is null)
        {
            found.Add(new Mismatch("body", "JSON", request.Body.Length == 0 ? "no body" : "something else"));
            return;
        }

        Rule.Check(request.Json, "", found);
    }
}

/// <summary>A body that is exactly this text; an empty text is a request without a body.</summary>
internal sealed record TextBodyMatcher(string Text) : BodyMatcher
{
    private const int ExactWeight = 1000;

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(Text);

    /// <inheritdoc/>
    public override int Weight => ExactWeight;

    /// <inheritdoc/>
    public override void Check(IncomingRequest request, List<Mismatch> found)
    {
        if (!request.Body.Span.SequenceEqual(_bytes))
        {
            found.Add(new Mismatch("body", $"exactly \"{Mismatch.Shorten(Text)}\"", $"{request.Body.Length} bytes that differ"));
        }
    }
}

/// <summary>A body with this digest: uploads and other bodies that are not text.</summary>
internal sealed record DigestBodyMatcher(string Sha256) : BodyMatcher
{
    private const int ExactWeight = 1000;

    /// <inheritdoc/>
    public override int Weight => ExactWeight;

    /// <inheritdoc/>
    public override void Check(IncomingRequest request, List<Mismatch> found)
    {
        var got = Digest.Of(request.Body.Span);
        if (got != Sha256)
        {
            found.Add(new Mismatch("body", $"SHA-256 {Sha256}", got));
        }
    }
}
