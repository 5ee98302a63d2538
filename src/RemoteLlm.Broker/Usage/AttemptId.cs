using System.Globalization;

namespace RemoteLlm.Broker.Usage;

/// <summary>
/// Under which id an attempt's usage is booked. Each connector that admitted the request has a record of it, also where it was then sent on elsewhere: under one id the second would pass
/// for the first one sent again, and what it used would be lost.
/// </summary>
internal static class AttemptId
{
    /// <summary>The request's own id for its first attempt; for later ones the same but for its last digit.</summary>
    /// <param name="billingId">The request's own id.</param>
    /// <param name="attempt">1 to 16.</param>
    public static string Of(string billingId, int attempt)
    {
        if (attempt <= 1)
            return billingId;
        var last = int.Parse(billingId.AsSpan(billingId.Length - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{billingId.AsSpan(0, billingId.Length - 1)}{(last ^ (attempt - 1)) & 0xF:x}");
    }
}
