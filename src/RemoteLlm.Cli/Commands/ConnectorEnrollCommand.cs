using System.CommandLine;
using System.Globalization;
using RemoteLlm.Broker.Access.Connectors;
using RemoteLlm.Cli.Options;
using RemoteLlm.Connector.Enrolling;
using RemoteLlm.Connector.Link;
using RemoteLlm.Hosting.Configuration;
using RemoteLlm.Hosting.Files;
using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Cli.Commands;

/// <summary><c>remotellm connector enroll https://broker</c>: gets the connector's token by a code that an operator approves, and puts it where <c>remotellm connector</c> looks for it.</summary>
internal sealed class ConnectorEnrollCommand : Command
{
    public ConnectorEnrollCommand(EnvironmentSettings environment, TimeProvider time)
        : base("enroll", "Get this machine its connector token: shows a code, waits until an operator approves it at the broker, and stores the token.")
    {
        var broker = new Argument<string>("BROKER") { Description = "The broker's address, such as https://llm.example.org." };
        var name = environment.Text("--name", "What the connector is to be called; the operator may change it. Default: this machine's name.");
        var data = environment.Data();
        var insecure = environment.Flag("--insecure", "Allow plain http to a broker on another machine. The token then crosses the line readable.");
        var caFile = environment.Text("--ca-file", "PEM file of a private certificate authority to trust besides the system's.");
        var force = new Option<bool>("--force") { Description = $"Replace the token in {ConnectorCommand.TokenFileName} if there is one." };
        Add(broker);
        foreach (var option in new Option[] { name, data, insecure, caFile, force })
            Add(option);
        SetAction(async (line, cancellationToken) =>
        {
            if (!BrokerAddress.TryParse(line.GetRequiredValue(broker), line.GetValue(insecure), out var address, out var problem))
                throw CommandException.Usage(problem);
            var wanted = line.GetValue(name) ?? NameOf(Environment.MachineName);
            if (!ConnectorName.IsWellFormed(wanted))
                throw CommandException.Usage($"{ConnectorName.Rule}: give another in --name.");
            if (line.GetValue(caFile) is { } pem && !File.Exists(pem))
                throw CommandException.Usage($"The certificate authority's file {pem} does not exist: give the path of a PEM file in --ca-file.");
            var folder = line.Need(data);
            var file = Path.Combine(folder, ConnectorCommand.TokenFileName);
            // Before anybody is asked to approve anything.
            if (File.Exists(file) && !line.GetValue(force))
                throw CommandException.Usage($"There is a token in {file} already. Give --force to replace it, or another folder in --data.");
            MakeFolder(folder);

            using var enrolment = new ConnectorEnrolment(new EnrolmentTerms(address, wanted, Environment.MachineName, line.GetValue(caFile)), time);
            var streams = line.InvocationConfiguration;
            var given = OrFail(await enrolment.BeginAsync(cancellationToken));
            await streams.Output.WriteLineAsync(Instructions(given));
            var token = OrFail(await enrolment.WaitAsync(given, cancellationToken));
            Store(file, token);
            await streams.Output.WriteLineAsync(
                $"Approved: this connector is called {token.Name}. Its token is in {file}, readable for you alone.\nStart it with:\n\n  remotellm connector --broker {address.ToString().TrimEnd('/')} --llm http://localhost:11434{(folder == "./data" ? "" : $" --data {folder}")}{(line.GetValue(insecure) ? " --insecure" : "")}{(line.GetValue(caFile) is { } ca ? $" --ca-file {ca}" : "")}\n");
            return ExitCodes.Ok;
        });
    }

    /// <summary>A machine's name as a connector's: <c>GPU-Box.local</c> is <c>gpu-box</c>.</summary>
    internal static string NameOf(string machine)
    {
        var name = machine.Split('.')[0].ToLowerInvariant();
        var plain = string.Concat(name.Select(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' ? letter : '-')).Trim('-', '_');
        return plain.Length == 0 ? "connector" : plain[..Math.Min(plain.Length, 63)];
    }

    private static string Instructions(DeviceAuthorization given) => string.Create(
        CultureInfo.InvariantCulture, $"Have an operator of the broker open\n\n  {given.VerificationUriComplete}\n\nand compare the code there with this one, which is good for {given.ExpiresIn / 60} minutes:\n\n  {given.UserCode}\n\nWaiting for approval ...");

    private static T OrFail<T>(EnrolmentResult<T> result)
        where T : class => result.Value ?? throw new CommandException($"Not enrolled: {result.Problem}.");

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The folder {folder} cannot be made ({exception.Message}): give another in --data.");
        }
    }

    private static void Store(string file, DeviceToken token)
    {
        try
        {
            AtomicFile.Write(file, token.AccessToken + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The token could not be stored in {file} ({exception.Message}). It is lost: have the operator revoke {token.Name}, and run the command again with another --data.");
        }
    }
}
