using System.Runtime.InteropServices;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>
/// All that a YAML text says, as lines <c>path = value</c>, and all its comments. An edit is checked by them: what it did not mean to change
/// must be there before and after. Absent values and empty lists say nothing, so <c>keys:</c> and no keys are the same.
/// </summary>
internal static class YamlFacts
{
    public static IEnumerable<string> Of(string text, YamlNode root) => Of(root, "").Concat(YamlComments.Read(text).Select(comment => comment.Text));

    public static IEnumerable<string> Of(YamlNode node, string path) => node switch
    {
        YamlMapping mapping => mapping.Pairs.SelectMany(pair => Of(pair.Value, $"{path}/{pair.Key.Value}")),
        YamlSequence sequence => sequence.Items.SelectMany(item => Of(item, path + "/-")),
        YamlScalar { IsNull: false } scalar => [$"{path} = {scalar.Value}"],
        _ => [],
    };

    /// <summary>Whether <paramref name="after"/> is <paramref name="before"/> with some things gone and others added, each as often as named, in any order.</summary>
    public static bool Differ(IEnumerable<string> before, IEnumerable<string> after, IEnumerable<string> gone, IEnumerable<string> added)
    {
        var balance = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var fact in before.Concat(added))
            CollectionsMarshal.GetValueRefOrAddDefault(balance, fact, out _)++;
        foreach (var fact in after.Concat(gone))
            CollectionsMarshal.GetValueRefOrAddDefault(balance, fact, out _)--;
        return balance.Values.Any(left => left != 0);
    }
}
