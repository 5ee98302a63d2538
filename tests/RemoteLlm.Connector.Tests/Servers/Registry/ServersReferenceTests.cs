using System.Runtime.CompilerServices;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Connector.Servers.Registry.Json;
using RemoteLlm.Connector.Servers.Registry.Reading;
using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Connector.Tests.Servers.Registry;

/// <summary>What SERVERS.md says is so.</summary>
public sealed class ServersReferenceTests
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Folder(), "../../../../src/RemoteLlm.Connector/SERVERS.md"));

    [Fact]
    public void Its_example_is_taken_without_a_word()
    {
        var example = s_text.Split("```json\n")[1].Split("```")[0];

        var reading = ServersJson.Parse(example, "/");

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Warnings);
        Assert.Equal(3, reading.Content!.Servers.Count);
    }

    [Fact]
    public void It_lists_every_member_and_no_other()
    {
        var listed = s_text.Split("Of a server, only")[1].Split("A member that is")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1].Split('.')[0]);
        var (root, _) = PlacedJsonReader.Read("", "{}");
        var known = new JsonFields(root!, "", "a server", new FileProblems("x"));
        new ServerEntryReader("/", new FileProblems("x")).Read(known);

        Assert.Equal(known.Known.Order(), listed.Distinct().Order());
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
