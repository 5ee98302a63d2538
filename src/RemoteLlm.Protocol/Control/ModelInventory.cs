namespace RemoteLlm.Protocol.Control;

/// <summary>The models that a connector serves, as it knows them now.</summary>
/// <param name="Models">At most <see cref="MaxModels"/>; more are ignored.</param>
/// <param name="Problem">Why the list is empty, in a sentence without addresses; null when all is well.</param>
public sealed record ModelInventory(IReadOnlyList<ModelDescription> Models, string? Problem = null)
{
    /// <summary>More models than this are not taken from one connector.</summary>
    public const int MaxModels = 2000;

    /// <summary>True when the model is on the list, or when the list cannot be known now.</summary>
    public bool MayServe(string model)
    {
        if (Problem is not null)
            return true;
        foreach (var known in Models)
        {
            if (known.Id == model)
                return true;
        }

        return false;
    }

    /// <summary>Nothing is served.</summary>
    public static ModelInventory Empty { get; } = new([]);
}

/// <summary>One model.</summary>
/// <param name="Id">Its name in requests, at most 256 characters.</param>
/// <param name="Created">When it was made, Unix seconds; 0 when unknown.</param>
/// <param name="OwnedBy">Who made it, as its server says.</param>
public sealed record ModelDescription(string Id, long Created, string OwnedBy);
