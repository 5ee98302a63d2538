using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.Api;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Endpoints;
using RemoteLlm.Protocol.Dialects.Errors;
using RemoteLlm.Protocol.Dialects.Requests;
using RemoteLlm.Testing;

namespace RemoteLlm.Broker.Tests.OpenApi;

/// <summary>The document agrees with the code that serves, and with itself.</summary>
public sealed class DocumentTests
{
    private static readonly JsonObject s_document = DocumentWriter.Write("https://llm.example.org");

    public static TheoryData<string> RelayedPaths => [.. ApiEndpoints.All.Select(endpoint => endpoint.Path)];

    [Fact]
    public void Every_endpoint_of_the_tables_is_in_it_and_no_other()
    {
        var served = ApiEndpoints.All.SelectMany(endpoint => endpoint.Aliases.Prepend(endpoint.Path).Select(path => $"{endpoint.Method} {path}"))
            .Concat(BrokerEndpoints.All.Select(endpoint => $"{endpoint.Method} {endpoint.Path}"))
            .Append("HEAD /");

        Assert.Equal(served.Order(), Paths().Select(operation => $"{operation.Method} {operation.Path}").Order());
    }

    [Fact]
    public void Every_mapped_route_is_in_it()
    {
        using var folder = new TemporaryFolder();
        var broker = BrokerHost.Create(new BrokerOptions { Data = folder.Path }, _ => { });

        var routes = ((IEndpointRouteBuilder)broker).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(route => "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{**id}", "{id}", StringComparison.Ordinal))
            // Style and icon of the page that stands at / while the portal is off are not the API's.
            .Where(path => !path.StartsWith("/_remotellm/", StringComparison.Ordinal) && path is not ("/{**path}" or "/assets/{name}"))
            .ToList();

        Assert.Contains(BrokerEndpoints.Document.Path, routes);
        Assert.All(routes, path => Assert.Contains(path, Paths().Select(operation => operation.Path)));
    }

    [Theory]
    [MemberData(nameof(RelayedPaths))]
    public void Every_relayed_endpoint_says_what_it_takes_and_gives(string path)
    {
        var operation = Paths().First(operation => operation.Path == path).Json;

        var media = operation["requestBody"]!["content"]!.AsObject().First();
        var schema = Resolve(media.Value!["schema"]!);
        var members = schema["properties"]!.AsObject();
        Assert.True((bool)schema["additionalProperties"]!);
        Assert.All(schema["required"]!.AsArray(), name => Assert.Contains((string)name!, members));
        // The example is one that would be taken.
        if (media.Key == "application/json")
        {
            var example = media.Value["example"]!.AsObject();
            Assert.All(schema["required"]!.AsArray(), name => Assert.Contains((string)name!, example));
            Assert.All(example, member => Assert.Contains(member.Key, members));
            Assert.DoesNotContain('\'', example.ToJsonString());
        }

        Assert.NotEmpty((string)operation["summary"]!);
        Assert.NotEmpty((string)operation["responses"]!["200"]!["description"]!);
    }

    [Fact]
    public void What_changes_models_is_marked_as_refused_by_default()
    {
        var marked = Paths().Where(operation => operation.Json["x-remotellm-refused-by-default"] is not null).Select(operation => operation.Path);

        Assert.Equal(ApiEndpoints.All.Where(endpoint => endpoint.Role == EndpointRole.Management).Select(endpoint => endpoint.Path), marked);
        Assert.Contains("management_not_allowed", Codes("/api/pull", "403"));
        Assert.DoesNotContain("management_not_allowed", Codes("/api/chat", "403"));
    }

    [Fact]
    public void Every_error_that_can_be_made_is_in_it_with_its_status()
    {
        var listed = s_document["x-remotellm-errors"]!.AsArray().Select(error => ((int)error!["status"]!, (string)error["code"]!)).ToHashSet();

        foreach (var factory in typeof(ApiErrors).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(ApiError)))
        {
            foreach (var kind in Enum.GetValues<RequestFaultKind>())
            {
                var error = (ApiError)factory.Invoke(null, [.. factory.GetParameters().Select(parameter => Argument(parameter.ParameterType, kind))])!;
                Assert.Contains((error.Status, error.Code), listed);
            }
        }
    }

    [Fact]
    public void Errors_are_at_the_operations_that_give_them_in_their_dialects_shape()
    {
        Assert.Equal(["context_length_exceeded", "invalid_body", "invalid_json", "invalid_model", "invalid_request", "missing_model", "upstream_error"], Codes("/v1/chat/completions", "400").Order());
        Assert.Equal(["context_length_exceeded", "invalid_body", "invalid_model", "invalid_multipart", "invalid_request", "missing_model", "upstream_error"], Codes("/v1/audio/transcriptions", "400").Order());
        Assert.Contains("misplaced_system_message", Codes("/v1/messages", "400"));
        Assert.Contains("connector_offline", Codes("/v1/messages", "529"));
        Assert.Null(Operation("/v1/messages")["responses"]!["503"]);
        Assert.Contains("missing_query", Codes("/v1/rerank", "400"));
        Assert.Equal(["200", "304"], Operation("/openapi.json")["responses"]!.AsObject().Select(response => response.Key));

        foreach (var (path, member) in new[] { ("/v1/embeddings", "error"), ("/v1/messages", "type"), ("/api/chat", "error") })
        {
            var media = Resolve(Operation(path)["responses"]!["401"]!)["content"]!["application/json"]!;
            var schema = Resolve(media["schema"]!);
            var example = media["examples"]!["invalid_api_key"]!["value"]!.AsObject();
            Assert.Contains(member, example);
            Assert.All(schema["required"]!.AsArray(), name => Assert.Contains((string)name!, example));
            Assert.All(example, name => Assert.Contains(name.Key, schema["properties"]!.AsObject()));
        }
    }

    [Fact]
    public void Operation_ids_are_unique_and_every_reference_leads_somewhere()
    {
        var ids = Paths().Select(operation => (string)operation.Json["operationId"]!).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(References(s_document), reference => Assert.NotNull(At(reference)));
        // And nothing is defined that nobody refers to.
        var used = References(s_document).ToHashSet();
        foreach (var kind in new[] { "schemas", "responses", "headers", "parameters" })
            Assert.All(s_document["components"]![kind]!.AsObject(), component => Assert.Contains($"#/components/{kind}/{component.Key}", used));
    }

    private static object Argument(Type type, RequestFaultKind kind) => type switch
    {
        _ when type == typeof(RequestFault) => new RequestFault(kind, 1, 1, "reason"),
        _ when type == typeof(string) => "text",
        _ when type == typeof(IEnumerable<string>) => Array.Empty<string>(),
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
        _ when type == typeof(Dialect) => Dialect.OpenAi,
        _ when type == typeof(int) => 400,
        _ => Activator.CreateInstance(type)!,
    };

    private static IEnumerable<(string Path, string Method, JsonObject Json)> Paths() => s_document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key.ToUpperInvariant(), operation.Value!.AsObject())));

    private static JsonObject Operation(string path) => Paths().First(operation => operation.Path == path).Json;

    private static IEnumerable<string> Codes(string path, string status) =>
        Resolve(Operation(path)["responses"]![status]!)["content"]!["application/json"]!["examples"]!.AsObject().Select(example => example.Key);

    private static JsonNode Resolve(JsonNode node) => node["$ref"] is { } reference ? At((string)reference!)! : node;

    private static JsonNode? At(string reference)
    {
        JsonNode? node = s_document;
        foreach (var name in reference.Split('/').Skip(1))
            node = node?[name];
        return node;
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(References),
        JsonObject found when found["$ref"] is { } reference => [(string)reference!],
        JsonObject found => found.SelectMany(member => References(member.Value)),
        _ => [],
    };
}
