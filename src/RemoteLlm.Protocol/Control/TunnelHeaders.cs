namespace RemoteLlm.Protocol.Control;

/// <summary>Headers that the broker adds to a request inside the tunnel. A client's own headers of these names are removed at the edge.</summary>
public static class TunnelHeaders
{
    /// <summary>Prefix of every header of ours. Stripped from clients' requests and never passed to an LLM server.</summary>
    public const string Prefix = "x-remotellm-";

    /// <summary>The derived credential of the caller's key for this connector, 64 hex digits.</summary>
    public const string Credential = "x-remotellm-credential";

    /// <summary>The broker's own id of the request: what usage is booked under.</summary>
    public const string BillingId = "x-remotellm-billing-id";

    /// <summary>The broker's proof that it routed this request of this user to this connector; goes back to it with the usage (<see cref="Ledger.UsageRecord.Proof"/>).</summary>
    public const string BillingProof = "x-remotellm-billing-proof";

    /// <summary>What the broker's ledger calls the caller's key, whatever its name; goes back to it with the usage (<see cref="Ledger.UsageRecord.KeyId"/>). No secret, and nothing can be done with it.</summary>
    public const string BillingKey = "x-remotellm-billing-key";

    /// <summary>The class that a request asks for, <c>interactive</c> or <c>batch</c>. The only header of this prefix that a client may set.</summary>
    public const string Class = "x-remotellm-class";

    /// <summary>On an answer: the place in the queue when its headers were sent.</summary>
    public const string Queue = "x-remotellm-queue";

    /// <summary>Revision of the roster by which the edge admitted the request. A connector that is behind waits for it.</summary>
    public const string RosterRevision = "x-remotellm-roster-revision";

    /// <summary>Trailer of an answer inside the tunnel: the tokens that it used, in the form of <see cref="Dialects.Usage.UsageTrailer"/>.</summary>
    public const string Usage = "x-remotellm-usage";

    /// <summary>Trailer of an answer inside the tunnel that is not whole although it ended in good order: its last frame tells the client so, this the broker's log. The value is the side.</summary>
    public const string Interrupted = "x-remotellm-interrupted";

    /// <summary>On a refusal inside the tunnel that is only this connector's owner's: another connector may serve the request. The value is the error's code.</summary>
    public const string Unshared = "x-remotellm-unshared";

    /// <summary>On an answer whose figures the connector estimated, because the LLM server cannot tell.</summary>
    public const string Estimated = "x-remotellm-estimated";

    /// <summary>On the answers of conversations: whether the conversation went where it went before (<c>hit</c>), had to go elsewhere (<c>miss</c>), or is <c>new</c>.</summary>
    public const string Affinity = "x-remotellm-affinity";

    /// <summary>On an answer: the name of the LLM server that gave it, as its owner calls it.</summary>
    public const string Server = "x-remotellm-server";

    /// <summary>On an answer: the model that gave it, by its name at that server. Differs from what was asked for where that is an alias or has a fallback.</summary>
    public const string Model = "x-remotellm-model";

    /// <summary>Path of the request that the broker sends once over every new channel, so that the first real one finds it warm.</summary>
    public const string WarmUpPath = "/_remotellm/warm-up";
}
