using System.Globalization;

namespace RemoteLlm.Connector.Servers.Costs;

/// <summary>Which cap.</summary>
internal enum CostCap
{
    /// <summary><see cref="CostCaps.PerRequest"/>.</summary>
    PerRequest,

    /// <summary><see cref="CostCaps.PerDay"/>.</summary>
    PerDay,
}

/// <summary>A server is passed over, because a request would cost more than may be spent there.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="Cap">Which cap is in the way.</param>
/// <param name="Limit">The cap, US dollars.</param>
/// <param name="Spent">What was spent today and is kept for running requests, US dollars.</param>
/// <param name="Estimate">What the request would cost, US dollars; null when that is not known.</param>
/// <param name="ResetsAt">When there is money again, the next midnight UTC; null where waiting does not help.</param>
internal sealed record CostRefusal(string Server, CostCap Cap, decimal Limit, decimal Spent, decimal? Estimate, DateTimeOffset? ResetsAt)
{
    /// <summary>For the client: which cap, and what helps.</summary>
    public string Message => Cap == CostCap.PerRequest
        ? string.Create(CultureInfo.InvariantCulture, $"The request would cost about {Dollars(Estimate ?? 0)}, and the cap at server \"{Server}\" is {Dollars(Limit)} a request. Send a shorter prompt or a lower limit on the answer.")
        : string.Create(CultureInfo.InvariantCulture, $"The cap of {Dollars(Limit)} a day at server \"{Server}\" is reached. It resets at {ResetsAt:yyyy-MM-dd'T'HH:mm:ss'Z'}.");

    // Cents, and of small sums what there is of them.
    private static string Dollars(decimal amount) => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00####} USD");
}
