using System.CommandLine;
using BenchmarkDotNet.Running;
using RemoteLlm.Benchmarks;
using RemoteLlm.Benchmarks.Cancel;
using RemoteLlm.Benchmarks.EndToEnd;
using RemoteLlm.Benchmarks.FakeLlm;
using RemoteLlm.Benchmarks.Herd;
using RemoteLlm.Benchmarks.Ledger;
using RemoteLlm.Benchmarks.Load;
using RemoteLlm.Benchmarks.Micro;
using RemoteLlm.Benchmarks.Neighbours;
using RemoteLlm.Benchmarks.Portal;
using RemoteLlm.Benchmarks.Recovery;
using RemoteLlm.Benchmarks.Resume;
using RemoteLlm.Benchmarks.Servers;
using RemoteLlm.Benchmarks.Soak;
using RemoteLlm.Benchmarks.Users;
using RemoteLlm.Benchmarks.Wan;

// What follows belongs to BenchmarkDotNet.
if (args is [Roles.Micro, .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(MicroConfig).Assembly).Run(rest, MicroConfig.Create());
    return 0;
}

var root = new RootCommand("Measures RemoteLlm on this machine.")
{
    EndToEndCommand.Create(),
    ResumeMode.Create(),
    WanMode.Create(),
    NeighboursMode.Create(),
    RecoveryMode.Create(),
    SoakMode.Create(),
    CancelMode.Create(),
    HerdMode.Create(),
    ServersMode.Create(),
    LedgerMode.Create(),
    UsersMode.Create(),
    EditsMode.Create(),
    PortalMode.Create(),
    new Command(Roles.Micro, "Microbenchmarks of the hot pieces; further arguments are BenchmarkDotNet's, such as --filter '*'."),
    FakeLlmRole.Create(),
    Role(Roles.HerdMembers, "Many connectors in one process.", HerdRole.Run),
    Role(Roles.Load, "The clients of a run: commands on standard input, results on standard output.", LoadRole.Run),
};
return await root.Parse(args).InvokeAsync();

static Command Role(string name, string description, Func<CancellationToken, Task<int>> run)
{
    var command = new Command(name, description) { Hidden = true };
    command.SetAction((_, cancellationToken) => run(cancellationToken));
    return command;
}
