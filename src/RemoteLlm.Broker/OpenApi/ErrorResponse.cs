using System.Globalization;
using RemoteLlm.Protocol.Dialects;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Broker.OpenApi;

/// <summary>The errors of one status that operations of a dialect and a group have: one component of the document.</summary>
/// <param name="Shape">The shape of the body.</param>
/// <param name="Status">The status that clients see; Anthropic's may differ from the others'.</param>
/// <param name="Errors">The errors, at least one.</param>
/// <param name="Name">The component's name.</param>
/// <param name="IsRelayed">Whether answers of LLM servers may have this status too.</param>
internal sealed record ErrorResponse(Dialect Shape, int Status, IReadOnlyList<KnownError> Errors, string Name, bool IsRelayed)
{
    public string StatusText => Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>All of an operation, by status.</summary>
    public static IEnumerable<ErrorResponse> Of(Operation operation)
    {
        var shape = operation.ErrorShape;
        foreach (var group in operation.Errors.GroupBy(error => ApiErrorWriter.StatusOf(shape, error.Sample)).OrderBy(group => group.Key))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{shape}{operation.ErrorGroup}{group.Key}");
            yield return new ErrorResponse(shape, group.Key, [.. group], name, operation.IsRelayed);
        }
    }
}
