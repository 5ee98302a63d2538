using System.Text;
using RemoteLlm.Connector.Servers;
using RemoteLlm.Connector.Servers.Kinds;
using RemoteLlm.Connector.Servers.Registry;
using RemoteLlm.Testing;

namespace RemoteLlm.Connector.Tests.Servers.Kinds;

/// <summary>Whatever a server answers, a look and a count are values.</summary>
public sealed class ServerClientProperties
{
    private static readonly string[] s_answers =
    [
        """{"object":"list","data":[{"id":"tiny-llama","object":"model","created":1795253131,"owned_by":"llamacpp","meta":{"n_ctx":4096,"n_ctx_train":8192}}]}""",
        """{"data":[{"id":"a:b","owned_by":"library","created":7},{"id":"c","status":{"value":"loaded","args":["-c","4096"]},"architecture":{"input_modalities":["text","image"]}}]}""",
        """{"models":[{"name":"q:8b","modified_at":"2025-11-20T09:12:44.302451012+01:00","size":7,"digest":"d1","details":{"format":"gguf","family":"qwen3"},"size_vram":5,"expires_at":"2025-11-20T09:12:44Z","context_length":8192}]}""",
        """{"parameters":"num_ctx 4096\nstop \"x\"","template":"{{ .Tools }}","details":{"family":"llama"},"projector_info":{},"model_info":{"general.architecture":"a","a.context_length":8192},"capabilities":["completion","vision"]}""",
        """{"default_generation_settings":{"n_ctx":2048},"total_slots":4,"chat_template":"tools","chat_template_caps":{"supports_tools":true},"modalities":{"vision":true},"build_info":"b1","is_sleeping":false}""",
        """{"data":[{"id":"v","type":"vlm","state":"loaded","max_context_length":32768,"loaded_context_length":4096,"capabilities":["tool_use"]}]}""",
        """{"models":[{"type":"llm","key":"g","loaded_instances":[{"config":{"context_length":4096}}],"capabilities":{"vision":true,"trained_for_tool_use":true}}]}""",
        """{"data":[{"id":"o/r","context_length":200000,"architecture":{"input_modalities":["image"],"output_modalities":["text"]},"pricing":{"prompt":"0.000003","completion":"-1","input_cache_read":1e-7},"top_provider":{"context_length":1},"supported_parameters":["tools"]}]}""",
        """{"model_id":"m","model_type":{"reranker":{}},"max_concurrent_requests":512,"max_input_length":512,"version":"1"}""",
        """{"version":"0.12.11","count":7,"tokens":[1,2,3],"prompt":"p"}""",
        """[[{"id":1},{"id":2}],[]]""",
    ];

    private static readonly string[] s_bodies =
    [
        """{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}],"tools":[{"name":"f","input_schema":{}}],"system":"s"}""",
        """{"instructions":"i","input":[{"role":"user","content":"q"},{"type":"function_call","name":"f","arguments":"{}"}]}""",
        """{"prompt":["a","b"]}""",
        """{"input":[[1,2],[3]]}""",
    ];

    private static readonly string[] s_oddities = ["null", "7", "-1", "1e999", "\"\"", "\"\\ud800\"", "[]", "{}", "[null]", "{\"\\udc00\":1}", "true", "99999999999999999999", "\"\\u0000\"", "{", "]", ","];

    [Fact]
    public async Task No_answer_of_any_server_makes_its_client_throw()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (var kind in Enum.GetValues<ServerKind>().Cast<ServerKind?>().Append(null))
        {
            var client = ServerClients.For(kind);
            for (var i = 0; i < 300; i++)
            {
                var server = new FakeServer(software: random.Next(8) == 0 ? "llama.cpp" : null) { Otherwise = (_, _) => Answer(random) };
                try
                {
                    Check(await client.LookAsync(server.Query, TestContext.Current.CancellationToken).OrHang());
                    Assert.True(await client.CountTokensAsync(server.Query, "m", Encoding.UTF8.GetBytes(Mutate(random, Pick(random, s_bodies))), TestContext.Current.CancellationToken).OrHang() is null or >= 0);
                }
                catch (Exception failure)
                {
                    Assert.Fail($"seed {seed}, {kind?.ToString() ?? "detecting"}, round {i}: {failure}\n{string.Join('\n', server.TakeAsked())}");
                }
            }
        }
    }

    private static void Check(ServerLook look)
    {
        Assert.Equal(look.Models is null, look.Error is not null);
        if (look.Models is not { } models)
            return;
        Assert.Equal(models.Select(model => model.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), models.Select(model => model.Id));
        Assert.All(models, model => Assert.True(model.ContextLength is null or > 0 && model.Created >= 0 && model.Price is null or { Prompt: >= 0, Completion: >= 0 }));
        Assert.True(look.Slots is null or > 0);
    }

    private static string Answer(Random random)
    {
        lock (random)
            return random.Next(20) == 0 ? $"{random.Next(3, 6)}0{random.Next(10)} {{}}" : Mutate(random, Pick(random, s_answers));
    }

    /// <summary>Up to three places get other text: a member's value an oddity, a stretch removed, doubled or another answer's.</summary>
    private static string Mutate(Random random, string json)
    {
        for (var times = random.Next(4); times > 0 && json.Length > 2; times--)
        {
            var (from, until) = (random.Next(json.Length), random.Next(json.Length));
            (from, until) = (Math.Min(from, until), Math.Max(from, until));
            var value = json.IndexOf(':', from) + 1;
            json = random.Next(6) switch
            {
                0 => json.Remove(from, Math.Min(8, until - from)),
                1 => json.Insert(until, json[from..until]),
                2 => json[..from] + Pick(random, s_answers),
                _ when value > 0 => json[..value] + Pick(random, s_oddities) + Rest(json, value),
                _ => json,
            };
        }

        return json.Length > 100_000 ? json[..100_000] : json;
    }

    // Behind the value that begins there: the next comma or end at its own depth.
    private static string Rest(string json, int at)
    {
        var depth = 0;
        for (var quoted = false; at < json.Length; at++)
        {
            if (json[at] == '"' && json[at - 1] != '\\')
                quoted = !quoted;
            if (quoted)
                continue;
            if (depth == 0 && json[at] is ',' or '}' or ']')
                break;
            depth += json[at] is '{' or '[' ? 1 : json[at] is '}' or ']' ? -1 : 0;
        }

        return json[at..];
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
