using System.Globalization;
using Microsoft.AspNetCore.Http;
using RemoteLlm.Broker.Access.Users;

namespace RemoteLlm.Broker.Portal.Operators.Users;

/// <summary>The form of a user's limits and models, as it is shown and as it comes back.</summary>
/// <param name="Stamp">Of which state of the entry it was made (<see cref="UserStamp"/>).</param>
/// <param name="Fields">Its fields.</param>
/// <param name="OnlyModels">Whether only some models are allowed.</param>
/// <param name="Models">Those, a line each.</param>
public sealed record LimitsForm(string Stamp, IReadOnlyList<LimitField> Fields, bool OnlyModels, string Models)
{
    /// <summary>Longest list of models.</summary>
    public const int MostModels = 200;

    private static readonly (string Name, string Label, string Unit)[] s_fields =
    [
        ("requests_per_minute", "Requests a minute", "0 = no limit"),
        ("burst", "At once after a rest", "1 or more"),
        ("concurrent_requests", "Running at once", "0 = no limit"),
        ("tokens_per_minute", "Tokens a minute", "0 = no limit"),
        ("tokens_per_day", "Tokens a day", "0 = no limit"),
        ("tokens_per_month", "Tokens a month", "0 = no limit"),
        ("cost_per_day", "Dollars a day", "0 = no limit"),
        ("cost_per_month", "Dollars a month", "0 = no limit"),
        ("weight", "Share in the queue", "1 = as others"),
    ];

    /// <summary>The form of a user as he is.</summary>
    public static LimitsForm Of(UserRecord user)
    {
        var own = user.Own.Written().ToDictionary(field => field.Name, field => field.Written, StringComparer.Ordinal);
        var inForce = InForce(user).Written().ToDictionary(field => field.Name, field => field.Written, StringComparer.Ordinal);
        return new LimitsForm(
            UserStamp.Of(user),
            [.. s_fields.Select(field => new LimitField(field.Name, field.Label, own[field.Name], $"{field.Unit}. Empty: as all{(own[field.Name] is null ? $" ({(inForce[field.Name] == "0" ? "no limit" : inForce[field.Name])})" : "")}"))],
            user.Models is not null,
            string.Join('\n', user.Models ?? []));
    }

    /// <summary>What was typed into it.</summary>
    public LimitsForm Typed(IFormCollection form) => this with
    {
        Stamp = form["stamp"].ToString(),
        Fields = [.. Fields.Select(field => field with { Value = form[field.Name].ToString().Trim() })],
        OnlyModels = form["models_which"] == "only",
        Models = form["models"].ToString(),
    };

    /// <summary>The change that it asks for, or why it cannot be.</summary>
    public (UserChange? Change, string? Problem) Read()
    {
        string? problem = null;
        var limits = new LimitFields
        {
            RequestsPerMinute = Number<double>(0, NumberStyles.AllowDecimalPoint, double.MaxValue, "0 or more"),
            Burst = Number<int>(1, NumberStyles.None, int.MaxValue, "a whole number, 1 or more"),
            ConcurrentRequests = Number<int>(2, NumberStyles.None, int.MaxValue, "a whole number, 0 or more"),
            TokensPerMinute = Number<long>(3, NumberStyles.None, long.MaxValue, "a whole number, 0 or more"),
            TokensPerDay = Number<long>(4, NumberStyles.None, long.MaxValue, "a whole number, 0 or more"),
            TokensPerMonth = Number<long>(5, NumberStyles.None, long.MaxValue, "a whole number, 0 or more"),
            CostPerDay = Number<decimal>(6, NumberStyles.AllowDecimalPoint, decimal.MaxValue, "an amount, 0 or more"),
            CostPerMonth = Number<decimal>(7, NumberStyles.AllowDecimalPoint, decimal.MaxValue, "an amount, 0 or more"),
            Weight = Number<double>(8, NumberStyles.AllowDecimalPoint, LimitFields.MostWeight, $"more than 0 and at most {LimitFields.MostWeight}"),
        };
        var models = Models.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        problem ??= limits is { Burst: < 1 } ? "At once after a rest must be a whole number, 1 or more."
            : limits is { Weight: <= 0 } ? $"Share in the queue must be more than 0 and at most {LimitFields.MostWeight}."
            : models.Length > MostModels ? $"{MostModels} lines of models are the most; a * in one stands for any characters."
            : models.Any(model => model.Length > 256 || model.Any(char.IsControl)) ? "A model has at most 256 characters in one line." : null;
        return problem is null ? (new UserChange(limits, OnlyModels ? models : null), null) : (null, problem);

        T? Number<T>(int at, NumberStyles styles, T most, string rule)
            where T : struct, System.Numerics.INumber<T>
        {
            if (Fields[at].Value is not { Length: > 0 } text)
                return null;
            if (T.TryParse(text, styles, CultureInfo.InvariantCulture, out var number) && number >= T.Zero && number <= most)
                return number;
            problem ??= $"{Fields[at].Label} must be {rule}, without a separator for thousands.";
            return null;
        }
    }

    private static LimitFields InForce(UserRecord user) => new()
    {
        RequestsPerMinute = user.Limits.RequestsPerMinute,
        Burst = user.Limits.Burst,
        ConcurrentRequests = user.Limits.ConcurrentRequests,
        TokensPerMinute = user.Limits.TokensPerMinute,
        TokensPerDay = user.Budget.TokensPerDay,
        TokensPerMonth = user.Budget.TokensPerMonth,
        CostPerDay = user.Budget.CostPerDay,
        CostPerMonth = user.Budget.CostPerMonth,
        Weight = user.Weight,
    };
}

/// <summary>A field of it.</summary>
/// <param name="Name">Its name, which is that in the file.</param>
/// <param name="Label">What it says on the page.</param>
/// <param name="Value">What it says.</param>
/// <param name="Hint">What may be typed.</param>
public sealed record LimitField(string Name, string Label, string? Value, string Hint);
