namespace PgOAuth.Sql.Resolution;

/// <summary>A place in the text that uses a column, to tell where.</summary>
/// <param name="Access">Index of the access it belongs to.</param>
/// <param name="Column">Index of the column in its relation; -1: all of them (<c>*</c>, a whole row); -1 - n: system column n.</param>
/// <param name="Token">First token.</param>
/// <param name="EndToken">Token after the last one.</param>
internal readonly record struct SqlColumnReference(int Access, int Column, int Token, int EndToken)
{
    /// <summary>For <see cref="Column"/>: all columns.</summary>
    public const int AllColumns = -1;
}
