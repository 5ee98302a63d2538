using Microsoft.AspNetCore.Http;
using RemoteLlm.Protocol.Dialects.Errors;

namespace RemoteLlm.Hosting.Edge;

/// <summary>Whoever decides who may use an edge.</summary>
public interface IEdgeAccess
{
    /// <summary>The error to answer with; null when the caller may go on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks, where the key is known; also when it is refused.</param>
    ApiError? Admit(HttpContext context, out IEdgeCaller? caller);
}
