using System.Text.Encodings.Web;
using System.Text.Json;
using RemoteLlm.Protocol.Control;

namespace RemoteLlm.Broker.Portal.Signin.Welcome;

/// <summary>The command that shows that a first key works: a chat, where there is a model for one, else the list of models.</summary>
internal static class FirstCurl
{
    public static string Of(string baseUrl, string key, IEnumerable<ModelDescription> models)
    {
        // Names come from LLM servers; one that would have to be quoted for the shell is left to others.
        var model = models.FirstOrDefault(model => model.Capabilities is not { } can || can.HasFlag(ModelCapabilities.Chat));
        return model is null || model.Id.Contains('\'', StringComparison.Ordinal)
            ? $"""
              curl {baseUrl}/models \
                -H "Authorization: Bearer {key}"
              """
            : $$"""
              curl {{baseUrl}}/chat/completions \
                -H "Authorization: Bearer {{key}}" \
                -H "Content-Type: application/json" \
                -d '{"model": "{{JsonEncodedText.Encode(model.Id, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}", "messages": [{"role": "user", "content": "Say hello."}]}'
              """;
    }
}
