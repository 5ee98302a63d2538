using System.Text.Json;

namespace RemoteLlm.Benchmarks.Load;

/// <summary>The load process: a command a line on standard input, a result a line on standard output, until the input ends.</summary>
internal static class LoadRole
{
    public static async Task<int> Run(CancellationToken cancellationToken)
    {
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            var command = JsonSerializer.Deserialize<LoadCommand>(line, JsonSerializerOptions.Web)!;
            var result = await Measurement.Run(command, cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        }

        return 0;
    }
}
