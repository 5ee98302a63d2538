using System.Diagnostics;

namespace RemoteLlm.EndToEnd.Tests.Clients;

/// <summary>A program that reads a text, prints another and ends.</summary>
internal static class Program
{
    /// <summary>What it prints. It has to end well.</summary>
    /// <param name="start">The program.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="environment">What it is told beside.</param>
    public static async Task<string> Prints(ProcessStartInfo start, string input, params (string Name, string Value)[] environment)
    {
        (start.UseShellExecute, start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true, true);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), TestContext.Current.CancellationToken);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).OrHang();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).OrHang();
            Assert.True(process.ExitCode == 0, output + await errors.OrHang());
            return output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
