using RemoteLlm.Hosting.Files.Edited;

namespace RemoteLlm.Hosting.Files.Yaml;

/// <summary>Problems at a place of a YAML tree.</summary>
internal static class YamlProblems
{
    public static void Error(this FileProblems problems, YamlNode at, string message) => problems.Error(at.Line, at.Column, message);

    public static void Warn(this FileProblems problems, YamlNode at, string message) => problems.Warn(at.Line, at.Column, message);
}
