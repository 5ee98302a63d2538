using RemoteLlm.Cli;
using RemoteLlm.Cli.Commands;

return await CommandLine.Run(args, environment => new RemoteLlmCommand
{
    new ReplayCommand(environment),
});
