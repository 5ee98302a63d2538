using System.Globalization;

namespace RemoteLlm.Broker.Portal.Keys;

/// <summary>A user's keys, and the form for another.</summary>
/// <param name="Keys">His keys, those in use first.</param>
/// <param name="FormId">Names this form: sent twice it makes one key.</param>
/// <param name="Name">What the name's field says.</param>
/// <param name="Lifetime">What is chosen of <see cref="Lifetimes"/>.</param>
public sealed record KeysModel(IReadOnlyList<KeyRow> Keys, string FormId, string? Name = null, string Lifetime = "")
{
    /// <summary>How long a new key may live: days as the form has them, and in words.</summary>
    public static IReadOnlyList<(string Value, string Text)> Lifetimes { get; } =
        [("", "No end"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")];

    /// <summary>The lifetime that is nearest to what a key had: whoever rotates a key that ends is not to get one without an end by not looking.</summary>
    public static string LifetimeOf(KeyRow key)
    {
        if (key is not { ExpiresAt: { } end, CreatedAt: { } made })
            return Lifetimes[0].Value;
        var days = (end - made).TotalDays;
        return Lifetimes.Skip(1).MinBy(known => Math.Abs(int.Parse(known.Value, CultureInfo.InvariantCulture) - days)).Value;
    }

    /// <summary>Keys of one user at most; beyond, some are forgotten.</summary>
    public const int MostKeys = 20;

    /// <summary>With those that end after a rotation. Without a bound rotations alone would fill the file.</summary>
    public const int MostWithLeaving = 2 * MostKeys;
}
