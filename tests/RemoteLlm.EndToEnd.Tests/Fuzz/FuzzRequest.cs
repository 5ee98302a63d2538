namespace RemoteLlm.EndToEnd.Tests.Fuzz;

/// <summary>What a drawn request does to its connection.</summary>
internal enum FuzzEnd
{
    /// <summary>Its end is where every reader sees it: it has one answer, and another request may follow.</summary>
    Whole,

    /// <summary>Readers may differ over where it ends: it has an answer, and the connection is given up behind it.</summary>
    Doubtful,

    /// <summary>Its client leaves in the midst of it: there need be no answer.</summary>
    Cut,
}

/// <summary>One drawn request.</summary>
/// <param name="Seed">What it was drawn from.</param>
/// <param name="Bytes">All of it, as it goes over the wire.</param>
/// <param name="End">What it does to its connection.</param>
/// <param name="HasKey">It carries a key that is good.</param>
/// <param name="IsHead">Its answer has no body, whatever the answer's headers say.</param>
internal sealed record FuzzRequest(int Seed, byte[] Bytes, FuzzEnd End, bool HasKey, bool IsHead);
