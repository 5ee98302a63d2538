using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RemoteLlm.EndToEnd.Tests.Clusters;

/// <summary>The built executable in a process of its own, with an environment that a test knows.</summary>
internal sealed partial class RemoteLlmProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RemoteLlmProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>All that it wrote so far.</summary>
    public string Output
    {
        get { lock (_gate) return string.Join('\n', _lines); }
    }

    /// <summary>Starts <c>remotellm</c> with these arguments.</summary>
    /// <param name="arguments">The command and its options.</param>
    /// <param name="folder">Its working folder, so that no <c>.env</c> of the machine is read.</param>
    /// <param name="environment">Variables besides the machine's; those of RemoteLlm and of proxies that the machine has are removed.</param>
    public static RemoteLlmProcess Start(string arguments, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "remotellm.dll")}\" {arguments}")
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("REMOTELLM_", StringComparison.OrdinalIgnoreCase) || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new RemoteLlmProcess(new Process { StartInfo = start });
    }

    /// <summary>Waits until it has written this.</summary>
    public async Task<string> Until(string text)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                    return found;
                next = _next.Task;
            }

            await OrHang(next, $"'{text}'");
        }
    }

    /// <summary>The address at which it says that it listens.</summary>
    public async Task<Uri> Address(string startOfLine)
    {
        var line = await Until(startOfLine);
        return new Uri(LoopbackAddress().Match(line).Value);
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Stop() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> ExitCode()
    {
        await OrHang(_process.WaitForExitAsync(), "its end");
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None).OrHang();
        _process.Dispose();
    }

    private async Task OrHang(Task task, string what)
    {
        try
        {
            await task.OrHang();
        }
        catch (TimeoutException)
        {
            Assert.Fail($"remotellm hangs before {what}. It wrote:\n{Output}");
        }
    }

    private void Take(string? line)
    {
        lock (_gate)
        {
            if (line is not null)
                _lines.Add(line);
            _next.TrySetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.NonBacktracking)]
    private static partial Regex LoopbackAddress();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int process, int signal);
}
