using RemoteLlm.Protocol.Enrolment;

namespace RemoteLlm.Connector.Enrolling;

/// <summary>What came of a step of an enrolment: exactly one of the two is set.</summary>
/// <typeparam name="T">What there is when it went well.</typeparam>
/// <param name="Value">That; null when it did not.</param>
/// <param name="Problem">Why not and what to do, in a sentence without secrets.</param>
public sealed record EnrolmentResult<T>(T? Value, string? Problem)
    where T : class;

/// <summary>What a broker answered to a question for a token.</summary>
/// <param name="Token">The token; null while there is none.</param>
/// <param name="Error">A word of <see cref="DeviceFlow"/>, or of RFC 6749; null where there is a token, or no answer that can be read.</param>
internal readonly record struct TokenAnswer(DeviceToken? Token, string? Error);
