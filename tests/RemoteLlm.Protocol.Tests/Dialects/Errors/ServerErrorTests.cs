using System.Text;
using System.Text.Json;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Protocol.Tests.Dialects.Errors;

public sealed class ServerErrorTests
{
    private const string Json = "application/json";
    private const string Nginx = "<html>\r\n<head><title>STATUS</title></head>\r\n<body>\r\n<center><h1>STATUS</h1></center>\r\n<hr><center>nginx/1.24.0</center>\r\n</body>\r\n</html>\r\n";

    private static readonly string[] Shapes =
    [
        """{"error":{"code":400,"message":TEXT,"type":"invalid_request_error","param":null}}""",
        """{"object":"error","message":TEXT,"type":"BadRequestError","param":null,"code":400}""",
        """{"error":TEXT,"error_type":"validation"}""",
        """{"detail":TEXT}""",
        """{"detail":[{"loc":["body"],"msg":TEXT,"type":"value_error"}]}""",
        """[{"error":{"code":400,"message":TEXT,"status":"INVALID_ARGUMENT"}}]""",
        """{"message":TEXT,"error":"Bad Request"}""",
    ];

    /// <summary>The sentence alone; what JSON is around it must not matter.</summary>
    public static TheoryData<string> TooLong =>
    [
        // llama.cpp, tools/server: since October 2025 (ggml-org/llama.cpp#19774), before (#15780), on a full slot (#19774), embeddings and reranking
        "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "the request exceeds the available context size. try increasing the context size or enable context shift",
        "Context size has been exceeded.",
        "input (5000 tokens) is too large to process. increase the physical batch size (current batch size: 512)",
        // llama-cpp-python (fedora-copr/logdetective-website#193)
        "Requested tokens (2285) exceed context window of 2048",
        // OpenAI and vLLM (vllm-project/vllm#20409), OpenAI again (rahul2002m/ChatPDF#6), OpenRouter (badlogic/pi-mono, overflow.ts)
        "This model's maximum context length is 16384 tokens. However, you requested 122946 tokens (112946 in the messages, 10000 in the completion). Please reduce the length of the messages or completion.",
        "This model's maximum context length is 4097 tokens. However, your messages resulted in 6988 tokens. Please reduce the length of the messages.",
        "This endpoint's maximum context length is 131072 tokens. However, you requested about 150000 tokens",
        // vLLM, vllm/v1/engine and vllm/renderers; the third where prompt and max_tokens do not fit together
        "The decoder prompt (length 88049) is longer than the maximum model length of 32768. Make sure that `max_model_len` is no smaller than the number of text tokens.",
        "You passed 4097 input tokens and requested 0 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 4096 tokens. Please reduce the length of the input prompt.",
        "'max_tokens' or 'max_completion_tokens' is too large: 2000. This model's maximum context length is 4096 tokens and your request has 2104 input tokens (2000 > 4096 - 2104).",
        // SGLang, managers/tokenizer_manager.py; the first Together's too
        "The input (516368 tokens) is longer than the model's context length (262144 tokens).",
        "Requested token count exceeds the model's maximum context length of 32768 tokens. You requested a total of 40000 tokens: 36000 tokens from the input messages and 4000 tokens for the completion.",
        "Input length 131393 exceeds the maximum allowed input length of 131040 tokens.",
        // TGI (huggingface/chat-ui#340, meta-llama/llama#1103); the second TEI's too
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 1000 `inputs` tokens and 1024 `max_new_tokens`",
        "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545",
        // LM Studio (lmstudio-ai/lmstudio-bug-tracker#546, #2256, #1024)
        "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input. Error Data: n/a, Additional Data: n/a",
        "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 12045 >= n_ctx: 8192). Try to load the model with a larger context length, or provide a shorter input.",
        "Reached context length of 32000 tokens with model (arch: gpt-oss) that does not currently support mid-generation context overflow. Try reloading with a larger context length or shortening the prompt/chat.",
        // Ollama, server/routes.go and runner
        "input length exceeds maximum context length",
        "the input length exceeds the context length",
        "prompt too long; exceeded max context length by 120 tokens",
        // Anthropic, Mistral, Gemini, Groq, xAI, Copilot, MiniMax, Moonshot, Bedrock, OpenAI's responses (badlogic/pi-mono, overflow.ts)
        "prompt is too long: 213462 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again",
        "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
        "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
        "Please reduce the length of the messages or completion.",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "prompt token count of 200000 exceeds the limit of 128000",
        "invalid params, context window exceeds limit",
        "Your request exceeded model token limit: 262144 (requested: 300000)",
        "Input is too long for requested model.",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        // exllama behind tabbyAPI (SillyTavern/SillyTavern#3543), TensorRT-LLM
        "ValueError: Request length 71599 + 2048 is greater than max_seq_len 65536",
        "Prompt length (5000) exceeds maximum input length (4096). Set log level to info and check TRTGptModel logs for how maximum input length is set",
        // Fireworks, Cohere, DashScope
        "The prompt is too long: 8300, model maximum context length: 8191",
        "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292. Try using a shorter prompt, or enable prompt truncating.",
        "Range of input length should be [1, 30720]",
    ];

    [Theory]
    [MemberData(nameof(TooLong))]
    public void A_prompt_that_is_too_long_is_known_whatever_is_around_it(string sentence)
    {
        var text = JsonSerializer.Serialize(sentence);
        string[] bodies =
        [
            .. Shapes.Select(shape => shape.Replace("TEXT", text)),
            """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":RAW,"provider_name":"x"}}}""".Replace("RAW", JsonSerializer.Serialize(Shapes[0].Replace("TEXT", text))),
            sentence,
        ];
        foreach (var body in bodies)
        {
            foreach (var status in new[] { 400, 413, 422, 500 })
            {
                var error = Read(Dialect.OpenAi, status, body);
                Assert.Equal(ServerErrorKind.ContextLength, error.Kind);
                Assert.Equal(sentence, error.Message);
            }

            Assert.Equal(ServerErrorKind.ContextLength, Read(Dialect.Anthropic, 400, body).Kind);
            foreach (var status in new[] { 200, 401, 429, 502, 503 })
                Assert.NotEqual(ServerErrorKind.ContextLength, Read(Dialect.OpenAi, status, body).Kind);
        }
    }

    [Theory]
    // vLLM before 0.9, its own top-level shape
    [InlineData(400, """{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","type":"BadRequestError","param":null,"code":400}""")]
    // llama.cpp (oobabooga/textgen#7257): known by its type alone
    [InlineData(400, """{"error":{"code":400,"message":"zu lang","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}}""")]
    [InlineData(400, """{"error":{"code":400,"type":"exceed_context_size_error"}}""")]
    public void Whole_bodies_of_a_prompt_that_is_too_long(int status, string body) => Assert.Equal(ServerErrorKind.ContextLength, Read(Dialect.OpenAi, status, body).Kind);

    [Theory]
    // OpenAI (rahul2002m/ChatPDF#6)
    [InlineData(Dialect.OpenAi, """{"error":{"message":"This model's maximum context length is 4097 tokens. However, your messages resulted in 6988 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""")]
    // Anthropic's API reference, "Errors"
    [InlineData(Dialect.Anthropic, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"},"request_id":"req_1"}""")]
    [InlineData(Dialect.Anthropic, """{"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again"}}""")]
    [InlineData(Dialect.Ollama, """{"error":"input length exceeds maximum context length"}""")]
    public void What_the_dialects_clients_recognise_passes(Dialect dialect, string body)
    {
        Assert.Equal(ServerErrorKind.PassThrough, Read(dialect, 400, body).Kind);
        foreach (var other in Enum.GetValues<Dialect>().Where(d => d != dialect))
            Assert.Equal(ServerErrorKind.ContextLength, Read(other, 400, body).Kind);
    }

    [Theory]
    // OpenAI: the answer alone
    [InlineData(400, """{"error":{"message":"max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.","type":"invalid_request_error","param":"max_tokens","code":null}}""")]
    // vLLM: the answer is the larger part
    [InlineData(400, """{"error":{"message":"'max_tokens' or 'max_completion_tokens' is too large: 100000. This model's maximum context length is 32768 tokens and your request has 10 input tokens (100000 > 32768 - 10).","type":"BadRequestError","param":null,"code":400}}""")]
    // TGI (huggingface/transformers#28523)
    [InlineData(422, """{"error":"Input validation error: `max_new_tokens` must be <= 192. Given: 200","error_type":"validation"}""")]
    // Groq: a limit by the minute, with 413
    [InlineData(413, """{"error":{"message":"Request too large for model `llama-3.1-8b-instant` on tokens per minute (TPM): Limit 6000, Requested 6500, please reduce your message size and try again.","type":"tokens","code":"rate_limit_exceeded"}}""")]
    [InlineData(400, """{"error":{"message":"Please reduce the length of the messages: rate limit","code":"rate_limit_exceeded"}}""")]
    // FastAPI echoes the request's own text as "input"
    [InlineData(422, """{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required","input":{"message":"prompt is too long","messages":[{"content":"prompt is too long"}]}}]}""")]
    // llama.cpp (recorded)
    [InlineData(500, """{"error":{"code":500,"message":"[json.exception.out_of_range.403] key 'messages' not found","type":"server_error"}}""")]
    [InlineData(400, """{"error":{"code":400,"message":"Pooling type 'none' is not OAI compatible. Please use a different pooling type","type":"invalid_request_error"}}""")]
    // a model that is not there: Ollama, OpenAI, vLLM (old and new)
    [InlineData(404, """{"error":"model 'x' not found, try pulling it first"}""")]
    [InlineData(404, """{"error":{"message":"The model `x` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}""")]
    [InlineData(404, """{"error":{"message":"Not found","code":"model_not_found"}}""")]
    [InlineData(404, """{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}""")]
    [InlineData(404, """{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}""")]
    // busy, unhealthy or broken, but not loading: Ollama, TGI, KoboldCpp, Ollama
    [InlineData(503, """{"error":"server busy, please try again.  maximum pending requests exceeded"}""")]
    [InlineData(503, """{"error":"unhealthy","error_type":"healthcheck"}""")]
    [InlineData(503, """{"detail":{"msg":"Server is busy; please try again later.","type":"service_unavailable"}}""")]
    [InlineData(500, """{"error":"llama runner process has terminated: error loading model: unable to allocate CUDA0 buffer"}""")]
    [InlineData(429, """{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}""")]
    [InlineData(200, """{"id":"1","choices":[]}""")]
    [InlineData(200, "not json")]
    [InlineData(418, "{}")]
    public void Everything_else_that_is_json_passes(int status, string body) =>
        Assert.All(Enum.GetValues<Dialect>(), dialect => Assert.Equal(ServerErrorKind.PassThrough, Read(dialect, status, body).Kind));

    [Theory]
    // Ollama (ollama/ollama#17774), llama.cpp with a template of Qwen (anthropics/claude-code#77698)
    [InlineData(500, """{"type":"error","error":{"type":"api_error","message":"system message must be at the beginning"}}""")]
    [InlineData(400, """{"error":{"code":400,"message":"Unable to generate parser for this template. Automatic parser generation failed: Jinja Exception: System message must be at the beginning.","type":"invalid_request_error"}}""")]
    // Ollama (ollama/ollama#16372), DeepSeek (deepseek-ai/awesome-deepseek-integration#639)
    [InlineData(400, """{"error":{"message":"unknown variant 'system', expected 'user' or 'assistant'","type":"invalid_request_error"}}""")]
    [InlineData(400, """{"error":{"message":"messages[1].role: unknown variant `system`, expected `user` or `assistant`","type":"invalid_request_error"}}""")]
    // vLLM before 0.23 (vllm-project/vllm#44000), FastAPI by itself (ogx-ai/ogx#5982), another (anthropics/claude-code#63473)
    [InlineData(400, """{"error":{"message":"1 validation error:\n  {'type': 'literal_error', 'loc': ('body', 'messages', 1, 'role'), 'msg': \"Input should be 'user' or 'assistant'\", 'input': 'system'}","type":"Bad Request","param":null,"code":400}}""")]
    [InlineData(422, """{"detail":[{"loc":["body","messages",1,"role"],"msg":"Input should be 'user' or 'assistant'","type":"literal_error"}]}""")]
    [InlineData(400, """{"error":{"message":"messages[1].role must be either 'user' or 'assistant', but got 'system'"}}""")]
    public void A_system_message_in_the_wrong_place_is_known_where_clients_send_such_things(int status, string body)
    {
        Assert.Equal(ServerErrorKind.SystemRole, Read(Dialect.Anthropic, status, body).Kind);
        Assert.Equal(ServerErrorKind.PassThrough, Read(Dialect.OpenAi, status, body).Kind);
        Assert.Equal(ServerErrorKind.PassThrough, Read(Dialect.Ollama, status, body).Kind);
        Assert.Equal(ServerErrorKind.PassThrough, Read(Dialect.Anthropic, 429, body).Kind);
    }

    [Fact]
    public void What_Anthropic_says_of_such_a_message_passes() => Assert.Equal(ServerErrorKind.PassThrough, Read(
        Dialect.Anthropic,
        400,
        """{"type":"error","error":{"type":"invalid_request_error","message":"messages: Unexpected role \"system\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role."}}""").Kind);

    [Theory]
    // LM Studio (lmstudio-ai/lmstudio-bug-tracker#1323: "Returning 200 anyway")
    [InlineData(200, """{"error":"Unexpected endpoint or method. (POST /v1/rerank)"}""", "Unexpected endpoint or method. (POST /v1/rerank)")]
    [InlineData(404, """{"error":"Unexpected endpoint or method. (POST /v1/rerank)"}""", "Unexpected endpoint or method. (POST /v1/rerank)")]
    // llama.cpp (recorded; tools/server), Ollama
    [InlineData(404, """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""", "File Not Found")]
    [InlineData(501, """{"error":{"code":501,"message":"This server does not support embeddings. Start it with `--embeddings`","type":"not_supported_error"}}""", "This server does not support embeddings. Start it with `--embeddings`")]
    [InlineData(501, """{"error":"This server does not support embeddings. Start it with --embeddings"}""", "This server does not support embeddings. Start it with --embeddings")]
    // FastAPI, and vLLM around it
    [InlineData(404, """{"detail":"Not Found"}""", "Not Found")]
    [InlineData(405, """{"detail":"Method Not Allowed"}""", "Method Not Allowed")]
    [InlineData(404, """{"error":{"message":"Not Found","type":"NotFoundError","param":null,"code":404}}""", "Not Found")]
    // gin (Ollama), Express, Nest, Spring, OpenAI, KoboldCpp, TEI's axum
    [InlineData(404, "404 page not found", "404 page not found")]
    [InlineData(404, "Cannot POST /v1/rerank", "Cannot POST /v1/rerank")]
    [InlineData(404, """{"message":"Cannot POST /v1/rerank","error":"Not Found","statusCode":404}""", "Cannot POST /v1/rerank")]
    [InlineData(404, """{"timestamp":"2025-01-01T00:00:00Z","status":404,"error":"Not Found","path":"/v1/rerank"}""", "Not Found")]
    [InlineData(404, """{"error":{"message":"Invalid URL (POST /v1/rerank)","type":"invalid_request_error","param":null,"code":null}}""", "Invalid URL (POST /v1/rerank)")]
    [InlineData(404, "Error: KoboldCpp HTTP Server is running, but this endpoint does not exist. Please check the URL.", "Error: KoboldCpp HTTP Server is running, but this endpoint does not exist. Please check the URL.")]
    [InlineData(404, "", "")]
    [InlineData(405, "\n", "")]
    public void An_endpoint_that_is_not_there_is_known(int status, string body, string message)
    {
        var error = Read(Dialect.OpenAi, status, body);
        Assert.Equal((ServerErrorKind.EndpointMissing, message), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData(404, "404 Not Found", ServerErrorKind.EndpointMissing)]
    [InlineData(405, "405 Not Allowed", ServerErrorKind.EndpointMissing)]
    [InlineData(413, "413 Request Entity Too Large", ServerErrorKind.Unreadable)]
    [InlineData(502, "502 Bad Gateway", ServerErrorKind.Unreadable)]
    public void Of_a_web_page_the_title_is_kept(int status, string title, ServerErrorKind kind)
    {
        foreach (var truncated in new[] { false, true })
        {
            var error = ServerError.Read(Dialect.OpenAi, status, "text/html", Encoding.UTF8.GetBytes(Nginx.Replace("STATUS", title)), truncated);
            Assert.Equal((kind, title), (error.Kind, error.Message));
        }

        Assert.Equal(new ServerError(ServerErrorKind.Unreadable, ""), ServerError.Read(Dialect.OpenAi, 500, "text/html", "<h1>prompt is too long</h1>"u8, false));
    }

    [Theory]
    [InlineData(503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""", null)]
    // huggingface/transformers#23793
    [InlineData(503, """{"error":"Model meta-llama/Llama-2-70b-chat is currently loading","estimated_time":20.5}""", 20.5)]
    [InlineData(503, """{"error":"Model x is currently loading","estimated_time":1e300}""", 3600.0)]
    // Ollama, llm/server.go
    [InlineData(503, """{"error":"llm server loading model"}""", null)]
    [InlineData(500, """{"error":"unexpected server status: llm server loading model"}""", null)]
    [InlineData(503, "Loading model.", null)]
    public void A_model_that_is_loading_is_known(int status, string body, double? seconds)
    {
        foreach (var dialect in Enum.GetValues<Dialect>())
        {
            var error = Read(dialect, status, body);
            Assert.Equal(ServerErrorKind.ModelLoading, error.Kind);
            Assert.Equal(seconds, error.RetryAfter?.TotalSeconds);
        }
    }

    [Theory]
    [InlineData(500, "Internal Server Error", "Internal Server Error")]
    [InlineData(502, "", "")]
    [InlineData(404, "no such model", "no such model")]
    [InlineData(400, "\"bad request\"", "bad request")]
    [InlineData(500, """{"error":{"message":"cut""", """{"error":{"message":"cut""")]
    [InlineData(500, """{"error":"x"} trailing""", """{"error":"x"} trailing""")]
    public void What_is_no_json_is_unreadable(int status, string body, string message) =>
        Assert.Equal(new ServerError(ServerErrorKind.Unreadable, message), Read(Dialect.OpenAi, status, body));

    [Fact]
    public void A_body_that_was_cut_is_read_as_far_as_it_goes()
    {
        var body = """{"error":{"message":"This model's maximum context length is 4096 tokens.","type":"x","trace":"…"""u8;
        Assert.Equal(ServerErrorKind.ContextLength, ServerError.Read(Dialect.OpenAi, 400, Json, body, truncated: true).Kind);
        Assert.Equal(ServerErrorKind.PassThrough, ServerError.Read(Dialect.OpenAi, 400, Json, """{"error":{"mess"""u8, truncated: true).Kind);
    }

    [Theory]
    [InlineData("Post \"http://192.168.1.7:11434/api/chat\": dial tcp 192.168.1.7:11434: connect: connection refused", "Post \"the LLM server\": dial tcp the LLM server: connect: connection refused")]
    [InlineData("dial tcp: lookup gpu-box on 10.0.0.53:53: no such host", "dial tcp: lookup the LLM server on the LLM server: no such host")]
    [InlineData("connect ECONNREFUSED ::1:8080 via [fe80::1%eth0]:80", "connect ECONNREFUSED the LLM server via the LLM server")]
    [InlineData("HTTPConnectionPool(host='gpu-box', port=8000): see https://user:pw@gpu.example.com/x?key=1, then retry", "HTTPConnectionPool(host='the LLM server', port=8000): see the LLM server, then retry")]
    [InlineData("at localhost:1234 or gpu.lan:80 or fe80::1 at 12:34:56", "at the LLM server or the LLM server or the LLM server at 12:34:56")]
    [InlineData("std::bad_alloc in qwen2.5:7b, llama3.2:latest v0.12.3 (2104 > 4096)", "std::bad_alloc in qwen2.5:7b, llama3.2:latest v0.12.3 (2104 > 4096)")]
    [InlineData(" a\r\n\tb\u0000\u001b[31m\u2028c\u202e\u00ad ", "a b[31m c")]
    public void The_message_leaves_the_house(string sentence, string message) =>
        Assert.Equal(message, Read(Dialect.OpenAi, 500, Shapes[0].Replace("TEXT", JsonSerializer.Serialize(sentence))).Message);

    [Fact]
    public void The_message_is_bounded()
    {
        var message = Read(Dialect.OpenAi, 500, $$"""{"error":"x{{string.Concat(Enumerable.Repeat("🚀", 5000))}}"}""").Message;
        Assert.InRange(message.Length, 900, ServerSentence.MaxLength);
        Assert.EndsWith("🚀…", message);
    }

    [Fact]
    public void Compressed_bytes_are_no_message() =>
        Assert.Equal(new ServerError(ServerErrorKind.Unreadable, ""), ServerError.Read(Dialect.OpenAi, 500, null, [0x1F, 0x8B, 8, 0, 0xFF, 0xFE, 0xC0, 0x80, 0x90], false));

    [Fact]
    public void Never_throws_whatever_the_bytes_are()
    {
        string[] shapes = [.. TooLong.Select(t => Shapes[0].Replace("TEXT", JsonSerializer.Serialize(t.Data))), Nginx, "[[[[[[[[{\"error\":\"\\ud800\"}", "{\"error\":\"{\\\"error\\\":\\\"{}\\\"}\"}"];
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (seed % 2 == 0)
            {
                bytes = Encoding.UTF8.GetBytes(shapes[random.Next(shapes.Length)]);
                for (var i = random.Next(4); i > 0; i--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                bytes = bytes[..random.Next(bytes.Length + 1)];
            }

            var status = new[] { 200, 400, 404, 413, 422, 500, 501, 503 }[random.Next(8)];
            var error = ServerError.Read((Dialect)random.Next(3), status, random.Next(3) == 0 ? null : "text/html", bytes, random.Next(2) == 0);
            Assert.True(error.Message.Length <= ServerSentence.MaxLength && !error.Message.Any(char.IsControl), $"seed {seed}");
        }
    }

    private static ServerError Read(Dialect dialect, int status, string body) =>
        ServerError.Read(dialect, status, body.StartsWith('{') ? Json : "text/plain", Encoding.UTF8.GetBytes(body), truncated: false);
}
