namespace RemoteLlm.Protocol.Dialects.Usage;

/// <summary>What a <see cref="PromptLearner"/> has learnt, to be kept. It holds no text of any prompt. Single precision is enough.</summary>
/// <param name="Weights">Tokens for each of <see cref="PromptLearner.Layout"/>.</param>
/// <param name="Covariance">How sure they are: their covariance, row by row up to the diagonal.</param>
/// <param name="Errors">The last relative errors, the oldest first.</param>
/// <param name="Reports">Reports that it learnt from.</param>
public sealed record PromptLearnerState(float[] Weights, float[] Covariance, float[] Errors, long Reports);
