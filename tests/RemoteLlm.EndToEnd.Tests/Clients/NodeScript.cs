using System.Diagnostics;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>A script of named checks in <c>tests/clients</c>, run by Node with the SDK that it is about.</summary>
internal static class NodeScript
{
    /// <summary>Skips the test where Node or the package is missing.</summary>
    public static void Needs(string package)
    {
        Need.Tool("node");
        Need.That(Directory.Exists(Path.Combine(Folder, "node_modules", package)), "the npm packages are missing: run `npm ci` in tests/clients");
    }

    /// <summary>Runs it, and fails unless each of its checks held.</summary>
    /// <param name="script">The file's name.</param>
    /// <param name="checks">How many checks it has: one that ends early has proved nothing.</param>
    /// <param name="environment">What it is told.</param>
    public static async Task Passes(string script, int checks, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Need.Tool("node"), script) { WorkingDirectory = Folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        try
        {
            // One check, one line: each may take as long as the hang guard allows.
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).OrHang($"{script}, after \"{lines.LastOrDefault()}\"") is { } line)
                lines.Add(line);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang(script);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            lines.Add(await errors.OrHang());
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', lines));
        }

        Assert.True(process.ExitCode == 0, string.Join('\n', lines));
        Assert.Equal(checks, lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    /// <summary>What a module of a few lines prints that finds its packages where the scripts do. It has to end well.</summary>
    public static async Task<string> Prints(string module, params (string Name, string Value)[] environment)
    {
        return await Program.Prints(new ProcessStartInfo(Need.Tool("node"), ["--input-type=module", "-"]) { WorkingDirectory = Folder }, module, environment);
    }

    private static string Folder => Path.Combine(Repository.Root, "tests", "clients");
}
