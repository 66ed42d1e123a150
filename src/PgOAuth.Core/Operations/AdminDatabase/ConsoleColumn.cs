namespace PgOAuth.Operations.AdminDatabase;

/// <summary>A column: <c>text</c>, or <c>int8</c>.</summary>
internal readonly record struct ConsoleColumn(string Name, bool IsNumber = false);
