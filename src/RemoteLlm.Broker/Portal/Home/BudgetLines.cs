using RemoteLlm.Broker.Access.Users;
using RemoteLlm.Broker.Portal.Frame;
using RemoteLlm.Broker.Usage.Spending;

namespace RemoteLlm.Broker.Portal.Home;

/// <summary>A user's budgets, with what is left of them; of those only that limit something.</summary>
internal static class BudgetLines
{
    public static IReadOnlyList<BudgetLine> Of(UserRecord user, Spent spent)
    {
        var lines = new List<BudgetLine>();
        Tokens("Tokens today", spent.TokensToday, user.Budget.TokensPerDay);
        Tokens("Tokens this month", spent.TokensThisMonth, user.Budget.TokensPerMonth);
        Cost("Cost today", spent.CostToday, user.Budget.CostPerDay);
        Cost("Cost this month", spent.CostThisMonth, user.Budget.CostPerMonth);
        return lines;

        void Tokens(string name, long used, long of)
        {
            if (of > 0)
                lines.Add(new BudgetLine(name, used, of, used >= of ? $"all {Amounts.Short(of)} used" : $"{Amounts.Short(of - used)} of {Amounts.Short(of)} left"));
        }

        void Cost(string name, decimal used, decimal of)
        {
            if (of > 0)
                lines.Add(new BudgetLine(name, (double)used, (double)of, used >= of ? $"all {Amounts.Dollars(of)} used" : $"{Amounts.Dollars(of - used)} of {Amounts.Dollars(of)} left"));
        }
    }
}
