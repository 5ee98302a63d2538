namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>One key, and what can be done with it.</summary>
/// <param name="Key">The key.</param>
/// <param name="FormId">Names the form of the rotation: sent twice it makes one key.</param>
/// <param name="Name">What the name's field says.</param>
/// <param name="Lifetime">What is chosen of <see cref="KeysModel.Lifetimes"/> for the key that follows.</param>
public sealed record KeyModel(KeyRow Key, string FormId, string Name, string Lifetime)
{
    /// <summary>How long old and new are both good: hours as the form has them, and in words.</summary>
    public static IReadOnlyList<(string Value, string Text)> Overlaps { get; } =
        [("24", "24 hours"), ("1", "1 hour"), ("168", "7 days"), ("0", "Not at all: the old key stops now")];
}
