using RemoteLlm.Cli;
using RemoteLlm.Cli.Commands;
using RemoteLlm.Cli.Running;

return await CommandLine.Run(args, environment => new RemoteLlmCommand
{
    new DemoCommand(environment),
    new BrokerCommand(environment),
    new ConnectorCommand(environment, TimeProvider.System),
    new StatusCommand(environment),
    SharingCommand.Pause(environment, TimeProvider.System),
    SharingCommand.Resume(environment, TimeProvider.System),
    new ReplayCommand(environment),
    new KeysCommand(environment, TimeProvider.System),
    new UsageCommand(environment, TimeProvider.System),
    new UsersCommand(environment, TimeProvider.System),
    new ConnectorsCommand(environment, TimeProvider.System),
    new ServersCommand(environment, TimeProvider.System, Terminal.OfProcess),
});
