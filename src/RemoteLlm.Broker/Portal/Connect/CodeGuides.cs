namespace RemoteLlm.Broker.Portal.Connect;

/// <summary>Clients that are a few lines of code.</summary>
internal static class CodeGuides
{
    private const string Ask = "Say hello in one sentence.";

    /// <summary>The shell. Streams, as people expect to see tokens come.</summary>
    public static ClientGuide Curl(GuideValues values) => new("curl", "curl",
    [
        GuideValues.SetKey,
        new("Ask something", $$"""
            curl -N {{values.BaseUrl}}/chat/completions \
              -H "Authorization: Bearer ${{GuideValues.Variable}}" \
              -H "Content-Type: application/json" \
              -d {{Quoted.Shell($$"""{"model":{{Quoted.Text(values.Model)}},"stream":true,"messages":[{"role":"user","content":"{{Ask}}"}]}""")}}
            """),
    ]);

    /// <summary>The openai package of PyPI.</summary>
    public static ClientGuide Python(GuideValues values) => new("python", "Python",
    [
        GuideValues.SetKey,
        new("pip install openai", $$"""
            import os
            from openai import OpenAI

            client = OpenAI(base_url={{Quoted.Text(values.BaseUrl)}}, api_key=os.environ["{{GuideValues.Variable}}"])
            stream = client.chat.completions.create(
                model={{Quoted.Text(values.Model)}},
                messages=[{"role": "user", "content": "{{Ask}}"}],
                stream=True,
            )
            for chunk in stream:
                if chunk.choices:
                    print(chunk.choices[0].delta.content or "", end="", flush=True)
            """),
    ]);

    /// <summary>The openai package of npm.</summary>
    public static ClientGuide Node(GuideValues values) => new("node", "Node",
    [
        GuideValues.SetKey,
        new("npm install openai, then in a file that ends in .mjs", $$"""
            import OpenAI from "openai";

            const client = new OpenAI({ baseURL: {{Quoted.Text(values.BaseUrl)}}, apiKey: process.env.{{GuideValues.Variable}} });
            const stream = await client.chat.completions.create({
              model: {{Quoted.Text(values.Model)}},
              messages: [{ role: "user", content: "{{Ask}}" }],
              stream: true,
            });
            for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
            """),
    ]);

    /// <summary>OpenAI's package of NuGet.</summary>
    public static ClientGuide CSharp(GuideValues values) => new("csharp", "C#",
    [
        GuideValues.SetKey,
        new("dotnet add package OpenAI", $$"""
            using System.ClientModel;
            using OpenAI;
            using OpenAI.Chat;

            var client = new ChatClient(
                model: {{Quoted.Text(values.Model)}},
                credential: new ApiKeyCredential(Environment.GetEnvironmentVariable("{{GuideValues.Variable}}")!),
                options: new OpenAIClientOptions { Endpoint = new Uri({{Quoted.Text(values.BaseUrl)}}) });

            await foreach (var update in client.CompleteChatStreamingAsync("{{Ask}}"))
            {
                foreach (var part in update.ContentUpdate)
                    Console.Write(part.Text);
            }
            """),
    ]);

    /// <summary>Clients of Ollama. Its own command cannot send a key.</summary>
    public static ClientGuide Ollama(GuideValues values) => new("ollama", "Ollama clients",
    [
        GuideValues.SetKey,
        new("Python: pip install ollama", $$"""
            import os
            from ollama import Client

            client = Client(host={{Quoted.Text(values.Site)}}, headers={"Authorization": "Bearer " + os.environ["{{GuideValues.Variable}}"]})
            for part in client.chat(model={{Quoted.Text(values.Model)}}, messages=[{"role": "user", "content": "{{Ask}}"}], stream=True):
                print(part.message.content, end="", flush=True)
            """),
        new("JavaScript: npm install ollama", $$"""
            import { Ollama } from "ollama";

            const ollama = new Ollama({ host: {{Quoted.Text(values.Site)}}, headers: { Authorization: `Bearer ${process.env.{{GuideValues.Variable}}}` } });
            const stream = await ollama.chat({ model: {{Quoted.Text(values.Model)}}, messages: [{ role: "user", content: "{{Ask}}" }], stream: true });
            for await (const part of stream) process.stdout.write(part.message.content);
            """),
    ])
    {
        NeedsOllama = true,
        Note = "The address has no path. A client must be able to send a header: the ollama command and programs that ask for an address alone cannot. Those often speak OpenAI's dialect too.",
    };
}
