using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RemoteLlm.Broker.OpenApi;
using RemoteLlm.Hosting.Answers;
using RemoteLlm.Protocol.Dialects;

namespace RemoteLlm.EndToEnd.Tests.Errors;

/// <summary>
/// A server on which every error of the catalogue is given on demand, by the code that gives it in the product, in any dialect.
/// <c>/{dialect}/{number}/always/…</c> gives it to whatever is asked; <c>/{dialect}/{number}/{visit}/…</c> only to a visit's first request, later ones are answered well.
/// <c>/rows</c> tells scripts what they must see.
/// </summary>
public sealed class ErrorStage : IAsyncLifetime
{
    /// <summary>The id of every answer.</summary>
    public const string RequestId = "the-stage";

    /// <summary>What a visit's first request is told to wait where the error has a wait; no library would come upon it by itself.</summary>
    public static readonly TimeSpan VisitWait = TimeSpan.FromMilliseconds(5432.1);

    private readonly ConcurrentDictionary<string, bool> _visits = [];
    private readonly WebApplication _app;

    public ErrorStage()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/rows", () => Results.Json(Rows()));
        _app.Map("/{dialect}/{number:int}/{visit}/{**rest}", Answer);
    }

    /// <summary>Its address.</summary>
    public Uri Url => new(_app.Urls.First());

    public async ValueTask InitializeAsync() => await _app.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static IEnumerable<object> Rows() => ErrorCatalogue.All.Select((known, number) =>
    {
        var row = ErrorRows.Of(known.Sample.Status, known.Sample.Code);
        return new { number, known.Sample.Message, row.Status, row.Type, row.Code, row.Param, row.AnthropicStatus, row.AnthropicType, row.Waits, row.Final };
    });

    private async Task Answer(HttpContext context, string dialect, int number, string visit)
    {
        var error = ErrorCatalogue.All[number].Sample;
        if (visit == "always")
            await Refuse(error);
        else if (_visits.TryAdd($"{dialect} {number} {visit}", true))
            await Refuse(error.RetryAfter is null ? error : error with { RetryAfter = VisitWait });
        else
            await context.Response.WriteAsJsonAsync(new { id = "served", type = "message", role = "assistant", content = Array.Empty<object>(), choices = Array.Empty<object>() });

        Task Refuse(Protocol.Dialects.Errors.ApiError given) => ErrorAnswer.WriteAsync(context.Response, Enum.Parse<Dialect>(dialect, ignoreCase: true), given, RequestId);
    }
}
