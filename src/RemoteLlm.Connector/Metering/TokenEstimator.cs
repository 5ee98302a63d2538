using RemoteLlm.Protocol.Dialects.Usage;

namespace RemoteLlm.Connector.Metering;

/// <summary>
/// Estimates prompts for every model of every server, and learns of each by itself from what its server reports. The same name at two servers is two
/// models: nothing but the name says that they are one, and their templates differ even then. Of more than <see cref="MostModels"/> it forgets those that
/// were asked for longest ago. Thread-safe; a lock is held for some microseconds.
/// </summary>
internal sealed class TokenEstimator
{
    /// <summary>Models that are remembered: some 4 MB. A cloud service lists hundreds, of which a team uses a few.</summary>
    public const int MostModels = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Server, string Model), LinkedListNode<LearntModel>> _models = [];
    private readonly LinkedList<LearntModel> _byUse = [];
    private readonly PromptLearner _unknown = new();
    private long _version;

    /// <summary>How many models something is known of.</summary>
    public int Models
    {
        get { lock (_gate) return _models.Count; }
    }

    /// <summary>Grows with whatever is learnt: what was saved at another version is out of date.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>How many tokens a server will count in a prompt, and how sure that is; the usual tokenizer's figure for a model that it never reported of.</summary>
    /// <param name="server">The server's name in the registry.</param>
    /// <param name="model">The model's name at that server.</param>
    /// <param name="features">What the prompt is made of.</param>
    public PromptTokens Estimate(string server, string model, PromptFeatures features)
    {
        lock (_gate)
            return (Use((server, model))?.Learner ?? _unknown).Estimate(features);
    }

    /// <summary>Learns from a request that the server has answered.</summary>
    /// <param name="server">The server's name in the registry.</param>
    /// <param name="model">The model's name at that server.</param>
    /// <param name="features">What the prompt was made of.</param>
    /// <param name="realPromptTokens">What the server reported: the whole prompt, cached tokens included. 0 or less is no report.</param>
    public void Learn(string server, string model, PromptFeatures features, long realPromptTokens)
    {
        if (realPromptTokens <= 0)
            return;
        lock (_gate)
        {
            var known = Use((server, model)) ?? Add(new LearntModel(server, model, new PromptLearner()));
            known.Learner.Learn(features, realPromptTokens);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>What was learnt, the model that was asked for last first.</summary>
    public IReadOnlyList<SavedModel> Save()
    {
        lock (_gate)
            return [.. _byUse.Select(known => new SavedModel(known.Server, known.Model, known.Learner.Save()))];
    }

    /// <summary>Takes up what was saved, but not over what was learnt of a model since the start.</summary>
    /// <returns>How many of them could not be used.</returns>
    public int Restore(IReadOnlyList<SavedModel> saved)
    {
        var unusable = 0;
        lock (_gate)
        {
            foreach (var one in saved.Take(MostModels).Reverse().Where(one => !_models.ContainsKey((one.Server, one.Model))))
            {
                if (PromptLearner.Restore(one.State) is { } learner)
                    Add(new LearntModel(one.Server, one.Model, learner));
                else
                    unusable++;
            }
        }

        return unusable;
    }

    private LearntModel? Use((string Server, string Model) key)
    {
        if (!_models.TryGetValue(key, out var known))
            return null;
        _byUse.Remove(known);
        _byUse.AddFirst(known);
        return known.Value;
    }

    private LearntModel Add(LearntModel known)
    {
        if (_models.Count == MostModels)
        {
            _models.Remove((_byUse.Last!.Value.Server, _byUse.Last.Value.Model));
            _byUse.RemoveLast();
        }

        _models.Add((known.Server, known.Model), _byUse.AddFirst(known));
        return known;
    }

    private sealed record LearntModel(string Server, string Model, PromptLearner Learner);
}
