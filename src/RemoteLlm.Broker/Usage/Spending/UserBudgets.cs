using RemoteLlm.Broker.Access;
using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Protocol.Access;

namespace RemoteLlm.Broker.Usage.Spending;

/// <summary>The budgets of the users in force, of those who have one.</summary>
internal sealed class UserBudgets : IDisposable
{
    private readonly AccessFiles _files;
    private readonly Func<UserRecord, Budget> _budgetOf;
    private volatile State _state;
    private State _told;

    /// <summary>The budgets of these files' users.</summary>
    /// <param name="files">The users.</param>
    /// <param name="budgetOf">A user's budget.</param>
    public UserBudgets(AccessFiles files, Func<UserRecord, Budget> budgetOf)
    {
        (_files, _budgetOf) = (files, budgetOf);
        _told = _state = Read(files.Users);
        files.UsersChanged += Renew;
    }

    /// <summary>These users have a budget now and had none before, or another name or entry: nobody has been told yet what they have used. Called on any thread.</summary>
    public event Action<IReadOnlySet<string>>? Gained;

    /// <summary>Everybody who has a budget.</summary>
    public IReadOnlyCollection<UserBudget> All => Current().Users.Values;

    /// <summary>The budget of a user, whatever the name's case; null when there is none.</summary>
    public UserBudget? Find(string user) => Current().Users.GetValueOrDefault(user);

    public void Dispose() => _files.UsersChanged -= Renew;

    private State Current()
    {
        var (state, directory) = (_state, _files.Users);
        if (!ReferenceEquals(state.Directory, directory))
            _state = state = Read(directory);
        return state;
    }

    // Called in turn, never overlapping.
    private void Renew()
    {
        var (before, after) = (_told, Current());
        _told = after;
        // By the exact name: connectors know users by it. And by the entry: of a name that another person has now the figures begin anew.
        var gained = after.Users.Values.Where(now => before.Users.GetValueOrDefault(now.User) is not { } known || known.User != now.User || known.Since != now.Since)
            .Select(now => now.User).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (gained.Count > 0)
            Gained?.Invoke(gained);
    }

    private State Read(UserDirectory directory)
    {
        var users = new Dictionary<string, UserBudget>(StringComparer.OrdinalIgnoreCase);
        foreach (var user in directory.Users)
        {
            if (_budgetOf(user) is { IsNone: false } budget)
                users[user.Name] = new UserBudget(user.Name, budget, user.CreatedAt);
        }

        return new State(directory, users);
    }

    private sealed record State(UserDirectory Directory, Dictionary<string, UserBudget> Users);
}

/// <summary>A user who has a budget.</summary>
/// <param name="User">The name as the files have it.</param>
/// <param name="Budget">What may be used.</param>
/// <param name="Since">When the user's entry was made, if known.</param>
internal sealed record UserBudget(string User, Budget Budget, DateTimeOffset? Since);
