using static RemoteLlm.Broker.OpenApi.Schemas.Member;
using static RemoteLlm.Broker.OpenApi.Schemas.SchemaType;

namespace RemoteLlm.Broker.OpenApi.Schemas;

/// <summary>OpenAI's requests for other things than text, rerank beside them, and their answers. Source: OpenAI's API reference; rerank: Jina's and Cohere's.</summary>
internal static class TaskSchemas
{
    public static readonly ComponentSchema EmbeddingsRequest = new(
        "EmbeddingsRequest",
        "Texts to make vectors of.",
        Model,
        Needed("input", Either(Text, ListOf(Text), ListOf(Whole), ListOf(ListOf(Whole))), "One text or several, or their tokens."),
        new Member("encoding_format", Choice("float", "base64"), "Default float."),
        new Member("dimensions", Whole))
    {
        Example = """{"model":"nomic-embed-text","input":["first text","second text"]}""",
    };

    public static readonly ComponentSchema EmbeddingList = new(
        "EmbeddingList",
        "One vector for each text, in their order.",
        Needed("object", Constant("list")),
        Needed("data", ListOf(Bag), "Each with object, index and embedding: numbers, or base64 of 32-bit floats."),
        new Member("model", Text),
        new Member("usage", Named("Usage")));

    public static readonly ComponentSchema RerankRequest = new(
        "RerankRequest",
        "Documents to put in order.",
        Model,
        Needed("query", Text, "What they are to be relevant to."),
        Needed("documents", ListOf(Either(Text, Named("RerankDocument"))), "The documents."),
        new Member("top_n", Whole, "How many of the best to return; 0 or none means all."),
        new Member("return_documents", Flag, "Repeat each document in its result."))
    {
        Example = """{"model":"bge-reranker-v2-m3","query":"What is a panda?","documents":["A bear of China.","A Python library."],"top_n":1}""",
    };

    public static readonly ComponentSchema RerankDocument = new("RerankDocument", "One document.", Needed("text", Text));

    public static readonly ComponentSchema RerankResponse = new(
        "RerankResponse",
        "The same form whatever the LLM server speaks, best first. Scores are as the model gives them.",
        Needed("id", Text),
        Needed("object", Constant("list")),
        Needed("model", Text),
        Needed("results", ListOf(Named("RerankResult")), "Sorted by score, best first."),
        Needed("usage", Named("RerankUsage")),
        Needed("meta", Named("RerankMeta")));

    public static readonly ComponentSchema RerankResult = new(
        "RerankResult",
        "One document's place.",
        Needed("index", Whole, "Where it stands in the request, from 0."),
        Needed("relevance_score", Number, "As the model gives it; models differ in range."),
        new Member("document", Named("RerankDocument"), "Where return_documents is true."));

    public static readonly ComponentSchema RerankUsage = new("RerankUsage", "What a rerank took.", Needed("prompt_tokens", Whole), Needed("total_tokens", Whole));

    public static readonly ComponentSchema RerankMeta = new("RerankMeta", "Usage once more, as Cohere's clients read it.", Needed("tokens", Named("RerankTokens")));

    public static readonly ComponentSchema RerankTokens = new("RerankTokens", "Tokens, as Cohere's clients read them.", Needed("input_tokens", Whole));

    public static readonly ComponentSchema TranscriptionRequest = new(
        "TranscriptionRequest",
        "A form with a recording.",
        Needed("file", Upload, "The recording: wav, mp3, m4a, ogg, flac or webm."),
        Model,
        new Member("language", Text, "Of the recording, such as en."),
        new Member("prompt", Text),
        new Member("response_format", Choice("json", "text", "srt", "verbose_json", "vtt"), "Default json."),
        new Member("temperature", Number),
        new Member("stream", Flag, "Answer with events. Default false."))
    {
        Example = "-F model=whisper-1 -F file=@recording.wav",
    };

    public static readonly ComponentSchema Transcription = new("Transcription", "What was said.", Needed("text", Text));

    public static readonly ComponentSchema SpeechRequest = new(
        "SpeechRequest",
        "A text to read aloud.",
        Model,
        Needed("input", Text, "The text."),
        Needed("voice", Text, "One that the LLM server has."),
        new Member("response_format", Text, "mp3, opus, aac, flac, wav or pcm."),
        new Member("speed", Number),
        new Member("stream_format", Choice("audio", "sse"), "Default audio."))
    {
        Example = """{"model":"kokoro","input":"Good morning.","voice":"af_sky"}""",
    };

    public static readonly ComponentSchema ImagesRequest = new(
        "ImagesRequest",
        "An image to make.",
        Model,
        Needed("prompt", Text, "What it shows."),
        new Member("n", Whole, "How many. Default 1."),
        new Member("size", Text, "Such as 1024x1024."),
        new Member("response_format", Choice("url", "b64_json")),
        new Member("stream", Flag))
    {
        Example = """{"model":"sd-turbo","prompt":"A lighthouse at dawn","size":"512x512"}""",
    };

    public static readonly ComponentSchema ImagesResponse = new(
        "ImagesResponse", "The images.", new Member("created", Whole, "Unix time, seconds."), Needed("data", ListOf(Bag), "Each with b64_json or url."));

    public static readonly ComponentSchema ModerationsRequest = new(
        "ModerationsRequest", "What to judge.", Model, Needed("input", Either(Text, ListOf(Text), ListOf(Bag)), "A text, texts, or parts with images."))
    {
        Example = """{"model":"llama-guard3","input":"A text to judge"}""",
    };

    public static readonly ComponentSchema ModerationsResponse = new(
        "ModerationsResponse", "The judgement.", new Member("id", Text), new Member("model", Text), Needed("results", ListOf(Bag), "Each with flagged, categories and category_scores."));

    public static readonly ComponentSchema ModelList = new("ModelList", "Models.", Needed("object", Constant("list")), Needed("data", ListOf(Named("Model"))));

    public static readonly ComponentSchema ModelEntry = new(
        "Model",
        "One model.",
        Needed("id", Text, "What requests say as model."),
        Needed("object", Constant("model")),
        Needed("created", Whole, "Unix time, seconds."),
        Needed("owned_by", Text),
        new Member("context_length", Whole, "Most tokens of one request, prompt and answer together. Left out when unknown."),
        new Member("capabilities", ListOf(Text), "What it can do: chat, vision, tools, embeddings, rerank. Left out when unknown."),
        new Member("loaded", Flag, "Whether it is in memory now. Left out when unknown."));

    public static IReadOnlyList<ComponentSchema> All { get; } =
    [
        EmbeddingsRequest, EmbeddingList, RerankRequest, RerankDocument, RerankResponse, RerankResult, RerankUsage, RerankMeta, RerankTokens, TranscriptionRequest, Transcription,
        SpeechRequest, ImagesRequest, ImagesResponse, ModerationsRequest, ModerationsResponse, ModelList, ModelEntry,
    ];
}
