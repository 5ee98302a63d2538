using RemoteLlm.EndToEnd.Tests.Ledger;
using Xunit.Runner.InProc.SystemConsole;

namespace RemoteLlm.EndToEnd.Tests;

/// <summary>The entry that xunit would make, and one more: this program as the process that a test kills.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        [LedgerChild.Role, var folder, var seed] => await LedgerChild.Run(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)),
        _ => await ConsoleRunner.Run(args),
    };
}
