using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Hosting.Files;

namespace RemoteLlm.Cli.Commands;

/// <summary>What <c>servers.json</c> answers, in the terms of the command line.</summary>
internal static class ServersAnswers
{
    /// <summary>The registry in the data folder, empty where there is no file; ends the command where the file has an error.</summary>
    public static RegistryContent Read(string folder)
    {
        var path = Path.Combine(folder, ServersJson.Name);
        var snapshot = FileSnapshot.Read(path);
        if (snapshot.Condition == FileCondition.Missing)
            return RegistryContent.Empty;
        if (snapshot.Condition == FileCondition.Unreadable)
            throw new CommandException($"{path} cannot be read: {snapshot.Problem}");
        var reading = ServersJson.Parse(snapshot.Text, folder);
        return reading.Content ?? throw CommandException.Usage($"{reading.Errors[0]} Correct that first.");
    }

    /// <summary>The server of that name; ends the command where there is none.</summary>
    public static ServerEntry Need(string folder, string name) => Find(Read(folder), name)
        ?? throw new CommandException($"There is no server {name} in {Path.Combine(folder, ServersJson.Name)}; see \"remotellm servers list\", or say --data with the connector's folder.");

    /// <summary>The server of that name; upper and lower case are the same.</summary>
    public static ServerEntry? Find(RegistryContent registry, string name) => registry.Servers.FirstOrDefault(server => server.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
