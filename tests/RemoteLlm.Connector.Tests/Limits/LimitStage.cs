using RemoteLlm.Connector.Access;
using RemoteLlm.Connector.Limits;
using RemoteLlm.Protocol.Access;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Limits;

/// <summary>Accounts on a clock of their own.</summary>
internal sealed class LimitStage
{
    public LimitStage()
    {
        Roster = new RosterHolder(Time);
        Accounts = new UserAccounts(Roster, Time);
    }

    public ManualTime Time { get; } = new();

    public RosterHolder Roster { get; }

    public UserAccounts Accounts { get; }

    public static RosterEntry Entry(string user, RequestLimits limits, Budget? budget = null) => new(user, "laptop", KeyDigest.Of(user), limits) { Budget = budget ?? Budget.None };

    public static TokenNeed Tokens(long prompt, long answer, bool isLimit = true, decimal cost = 0) => new(prompt, prompt, answer, isLimit, cost);

    /// <summary>Lets a request in that takes nothing but itself; null when it is refused.</summary>
    public Admission? Admit(RosterEntry entry) => Admit(entry, default);

    /// <summary>Lets a request in; null when it is refused.</summary>
    public Admission? Admit(RosterEntry entry, TokenNeed need)
    {
        var account = Accounts.Of(entry);
        if (account.Enter(entry, out _, out _) is not { } admission)
            return null;
        if (account.Reserve(admission, entry, need, out _) is null)
            return admission;
        admission.Dispose();
        return null;
    }
}
